from pathlib import Path

import pytest

from leadercrm.embedded.addresses import (
    broker_url,
    embedded_addresses,
    embedded_secret_key,
    smtp_port_file,
)


def test_socket_paths_fit_into_a_socket_address(tmp_path: Path) -> None:
    deep = tmp_path / "a-rather-long-name" / ("x" * 200)

    addresses = embedded_addresses(deep)

    assert len(str(addresses.run_dir / ".s.PGSQL.5432.lock")) < 104
    assert len(str(addresses.redis_socket)) < 104


def test_each_data_folder_has_addresses_of_its_own(tmp_path: Path) -> None:
    one, other = embedded_addresses(tmp_path / "one"), embedded_addresses(tmp_path / "other")

    assert one.run_dir != other.run_dir
    assert one == embedded_addresses(tmp_path / "one")


def test_addresses_do_not_depend_on_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = embedded_addresses(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    assert embedded_addresses(tmp_path) == before


def test_mail_address_follows_the_port_that_the_sink_wrote_down(tmp_path: Path) -> None:
    assert embedded_addresses(tmp_path).email_url == "smtp://127.0.0.1:1025"
    smtp_port_file(tmp_path).parent.mkdir()
    smtp_port_file(tmp_path).write_text("2525")

    assert embedded_addresses(tmp_path).email_url == "smtp://127.0.0.1:2525"


@pytest.mark.parametrize(
    ("redis", "broker"),
    [
        ("unix:///tmp/redis.sock?db=0", "redis+socket:///tmp/redis.sock?virtual_host=0"),
        ("redis://cache.example:6379/1", "redis://cache.example:6379/1"),
    ],
)
def test_celery_gets_the_same_redis_under_its_own_name(redis: str, broker: str) -> None:
    assert broker_url(redis) == broker


def test_secret_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    key = embedded_secret_key(folder)

    assert len(key) >= 50
    assert embedded_secret_key(folder) == key
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["secret-key"]

"""Forms of the admin pages. They look at no rule: shape is the serializers' matter, rules are the actions'."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from unfold.widgets import UnfoldAdminTextareaWidget

from leadercrm.core.errors import DomainError


class RefusableForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that shows what an action has refused, each message at the field that it names."""

    refusal: DomainError | None = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.refusal is not None:
            show_refusal(self, self.refusal)
        return cleaned

    def _post_clean(self) -> None:
        """Nothing: the row is written by an action, which gets the values and not this form's instance."""

    def save(self, commit: bool = True) -> Any:
        """The row as it was; ActionAdmin.save_model writes."""
        return self.instance

    def _save_m2m(self) -> None:
        """An action has written everything."""

    save_m2m = _save_m2m


def show_refusal(form: Any, refusal: DomainError) -> None:
    """Enter a refusal into a form: `emails.0.email` at `emails`, `owner_id` at `owner`, the rest on top.

    What a serializer refuses says the name where it is shown; what an action does is a sentence of its own.
    """
    is_plain = refusal.code != DomainError.code
    if not refusal.errors:
        form.add_error(None, with_hint(refusal.message, refusal))
    for path, messages in refusal.errors.items():
        name = path.partition(".")[0]
        field = next((known for known in (name, name.removesuffix("_id")) if known in form.fields), None)
        for message in messages:
            form.add_error(field, with_hint(message, refusal) if field or is_plain else f"{path}: {message}")


def with_hint(message: Any, refusal: DomainError) -> str:
    return f"{message} {refusal.hint}".strip()


class LinesField(forms.CharField):
    """A list of small dicts as lines of text: the entry, then its type after a comma."""

    def __init__(self, key: str, **kwargs: Any) -> None:
        self.key = key
        super().__init__(widget=UnfoldAdminTextareaWidget({"rows": 3}), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(", ".join(filter(None, (entry[self.key], entry.get("type")))) for entry in value)

    def to_python(self, value: Any) -> list[dict[str, str]]:  # type: ignore[override]
        entries = []
        for line in str(value or "").splitlines():
            text, _comma, kind = (part.strip() for part in line.rpartition(",")) if "," in line else (line, "", "")
            if text.strip():
                entries.append({self.key: text.strip(), **({"type": kind} if kind else {})})
        return entries

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Rows that belong to a row, by the name of the relation, found by typing. `rows` gives those there are."""

    def __init__(self, model: Any, relation: str, rows: Callable[[], Any], site: Any, **kwargs: Any) -> None:
        self._rows = rows
        widget = AutocompleteSelectMultiple(model._meta.get_field(relation), site)
        super().__init__(queryset=None, widget=widget, required=False, **kwargs)

    def __deepcopy__(self, memo: Any) -> Any:
        """Each form asks for itself: the model's manager belongs to no tenant."""
        copied = super().__deepcopy__(memo)
        copied.queryset = self._rows()
        return copied

    def clean(self, value: Any) -> list[int]:  # type: ignore[override]
        return [row.pk for row in super().clean(value)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {str(pk) for pk in initial or []} != {str(pk) for pk in data or []}

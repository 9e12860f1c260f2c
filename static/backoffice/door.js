// The door: a phone's camera reads tickets. Browsers that cannot read QR codes leave the code to be typed.
(() => {
  const ready = async () => {
    const button = document.querySelector("[data-camera]:not([data-ready])");
    if (!button) return;
    button.dataset.ready = "";
    const able = window.BarcodeDetector && (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
    button.hidden = !(able && navigator.mediaDevices);
    button.addEventListener("click", () => start(button));
  };
  const start = async (button) => {
    const video = document.querySelector("[data-video]");
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      document.querySelector("[data-no-camera]").hidden = false;
      return;
    }
    button.hidden = true;
    video.hidden = false;
    await video.play();
    watch(video, new BarcodeDetector({ formats: ["qr_code"] }));
  };
  const stop = (video) => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  };
  const watch = async (video, detector) => {
    if (!video.isConnected) return stop(video);
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) return setTimeout(() => watch(video, detector), 200);
    stop(video);
    const form = document.querySelector("[data-door]");
    form.elements.code.value = found.rawValue;
    form.requestSubmit();
  };
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();

// The door: a phone's camera reads tickets, one after the other. Where the browser cannot read QR codes itself, a library
// is fetched that can, once the camera is wanted.
(() => {
  const ON = "door-camera", LAST = "door-last";
  const WIDEST = 640;
  const part = (name) => document.querySelector(`[data-${name}]`);

  // Something that finds the text of a QR code in a picture of the video; empty where there is none.
  const native = async () => {
    if (!window.BarcodeDetector || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  };
  const fetched = async (source) => {
    if (!window.jsQR) {
      await new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src: source, onload, onerror })));
    }
    const canvas = document.createElement("canvas");
    const drawing = canvas.getContext("2d", { willReadFrequently: true });
    return async (video) => {
      const scale = Math.min(1, WIDEST / video.videoWidth);
      canvas.width = video.videoWidth * scale;
      canvas.height = video.videoHeight * scale;
      drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
      return jsQR(drawing.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" })?.data;
    };
  };

  const show = (running) => {
    part("camera").hidden = running;
    for (const name of ["video", "stop"]) part(name).hidden = !running;
  };
  const end = (video) => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  };
  const start = async (button) => {
    const video = part("video");
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const read = (await native()) ?? (await fetched(button.dataset.reader));
      show(true);
      await video.play();
      sessionStorage.setItem(ON, "1");
      watch(video, read);
    } catch {
      end(video);
      part("no-camera").hidden = false;
    }
  };
  const watch = async (video, read) => {
    if (!video.isConnected || !video.srcObject) return end(video);
    const text = await read(video).catch(() => "");
    // The ticket that has just been read is still held up to the camera.
    if (!text || text === sessionStorage.getItem(LAST)) return setTimeout(() => watch(video, read), 150);
    sessionStorage.setItem(LAST, text);
    end(video);
    const form = part("door");
    form.elements.code.value = text;
    form.requestSubmit();
  };
  const ready = () => {
    const button = document.querySelector("[data-camera]:not([data-ready])");
    if (!button || !navigator.mediaDevices) return;
    button.dataset.ready = "";
    button.hidden = false;
    button.addEventListener("click", () => {
      sessionStorage.removeItem(LAST);
      start(button);
    });
    part("stop").addEventListener("click", () => {
      sessionStorage.removeItem(ON);
      end(part("video"));
      show(false);
    });
    if (sessionStorage.getItem(ON)) start(button);
  };
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();

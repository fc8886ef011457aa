// Of `make serve` only: load the page again after each build, or show why the build failed.
const shown = Number(document.currentScript.dataset.build);

new EventSource("/-/builds").addEventListener("message", (event) => {
  const { build, error } = JSON.parse(event.data);
  document.getElementById("build-error")?.remove();
  if (error) {
    const box = document.createElement("pre");
    box.id = "build-error";
    box.setAttribute("role", "alert");
    box.style = `position: fixed; inset: auto 0 0; z-index: 9999; max-height: 60vh; margin: 0;
      padding: 1rem; overflow: auto; white-space: pre-wrap; color: #fff; background: #7a1020;`;
    box.textContent = error;
    document.body.append(box);
  } else if (build !== shown) {
    location.reload();
  }
});

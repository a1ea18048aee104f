// What the pages need beyond links and forms. Everything but progress and dropping works without it.
"use strict";

(() => {
  const said = () => document.getElementById("said");

  // Say something that is not in the page, also to screen readers.
  function say(text) {
    said().textContent = text;
    window.setTimeout(() => { said().textContent = ""; }, 8000);
  }

  document.addEventListener("htmx:sendError", () => say("The pages do not answer. Is the network there?"));

  // A form with [data-drop] takes a file that is dropped on it, and is sent at once.
  function takesDrops(form) {
    const area = form.querySelector(".drop");
    const input = form.querySelector("input[type=file]");
    const most = Number(form.dataset.most || 0);
    const send = () => {
      const file = input.files[0];
      if (!file) { return; }
      if (most && file.size > most) {
        say("The file is too large.");
        input.value = "";
        return;
      }
      form.requestSubmit();
    };
    for (const name of ["dragenter", "dragover"]) {
      area.addEventListener(name, (event) => { event.preventDefault(); area.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) {
      area.addEventListener(name, () => area.classList.remove("over"));
    }
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      input.files = event.dataTransfer.files;
      send();
    });
    input.addEventListener("change", send);
  }

  // A form is sent once: its button says that it is at work.
  function sendsOnce(form) {
    form.addEventListener("submit", () => {
      const button = form.querySelector("button[data-busy]");
      if (button) {
        button.dataset.idle = button.textContent;
        button.textContent = button.dataset.busy;
        window.setTimeout(() => { button.disabled = true; });
      }
    });
  }
  // Coming back by the browser's own button shows the page as it was: the button works again.
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[data-idle]")) {
      button.textContent = button.dataset.idle;
      button.disabled = false;
    }
  });

  // A box with [data-all="name"] ticks all boxes of that name.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.all;
    if (name) {
      for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)) {
        box.checked = event.target.checked;
      }
    }
  });

  function prepare(root) {
    for (const form of root.querySelectorAll("form[data-drop]")) { takesDrops(form); }
    for (const form of root.querySelectorAll("form")) { sendsOnce(form); }
  }
  prepare(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) { prepare(event.detail.elt); }
  });
})();

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

  // A button with [data-fill="id"] puts its own words into a field.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-fill]");
    if (button) {
      const field = document.getElementById(button.dataset.fill);
      field.value = button.textContent;
      field.focus();
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

  // A link to something that is folded unfolds it.
  function unfold() {
    const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) { target.open = true; }
  }
  window.addEventListener("hashchange", unfold);
  unfold();
  document.addEventListener("click", (event) => { if (event.target.closest?.("a[href^='#']")) { window.setTimeout(unfold); } });

  // A part with [data-follow] shows the progress of an import as the server tells it.
  const states = { waiting: "It waits for its turn.", running: "It is at work.", unknown: "", done: "", failed: "" };
  function follows(part) {
    const rows = part.querySelector("[data-rows]");
    const bar = part.querySelector("progress");
    const source = new EventSource(part.dataset.follow);
    source.addEventListener("progress", (event) => {
      const now = JSON.parse(event.data);
      for (const row of now.rows) {
        const made = document.createElement("template");
        // The server has escaped every value in it.
        made.innerHTML = row.html;
        const new_row = made.content.querySelector("tr");
        const old_row = document.getElementById(new_row.id);
        if (old_row) { old_row.replaceWith(new_row); } else { rows.append(new_row); }
      }
      bar.max = Math.max(now.all, 1);
      bar.value = now.done;
      part.querySelector("[data-counts]").textContent = `${now.done} of ${now.all}`;
      const state = now.all || now.run === "waiting" ? states[now.run] ?? "" : "The workbook is being read.";
      const shown = part.querySelector("[data-state]");
      if (shown.textContent !== state) { shown.textContent = state; }
    });
    source.addEventListener("ended", () => { source.close(); window.location.reload(); });
    window.addEventListener("pagehide", () => source.close());
  }

  function prepare(root) {
    for (const form of root.querySelectorAll("form[data-drop]")) { takesDrops(form); }
    for (const form of root.querySelectorAll("form")) { sendsOnce(form); }
    for (const part of root.querySelectorAll("[data-follow]")) { follows(part); }
  }
  prepare(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) { prepare(event.detail.elt); }
  });
})();

/** The text field with its list of commands, and the menu of other things to send. */

import { element, find } from "./dom.js";

export class Composer {
  /** `send(text)` and `act(action)` hand over what the person does. */
  constructor({ send, act }) {
    this.send = send;
    this.commands = [];
    this.active = -1;
    this.input = find(".text");
    this.list = find(".commands");
    this.menuButton = find("[data-testid=commands]");
    this.attachButton = find("[data-testid=attach]");
    this.attachments = find(".attachments");

    find(".composer").addEventListener("submit", (event) => this.submit(event));
    this.input.addEventListener("input", () => this.filter());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.menuButton.addEventListener("click", (event) => this.toggleMenu(event));
    this.attachButton.addEventListener("click", () => this.showAttachments(this.attachments.hidden));
    this.attachments.addEventListener("click", (event) => {
      const action = event.target.closest("[data-act]")?.dataset.act;
      if (!action) return;
      this.showAttachments(false);
      this.attachButton.focus();
      act(action);
    });
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".foot")) this.closeAll();
    });
    find(".foot").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (!this.attachments.hidden) this.attachButton.focus();
      this.closeAll();
    });
  }

  setCommands(commands) {
    this.commands = commands;
    this.menuButton.hidden = commands.length === 0;
    if (!this.list.hidden) this.filter();
  }

  submit(event) {
    event.preventDefault();
    const chosen = this.list.hidden ? null : this.list.children[this.active];
    const text = chosen ? chosen.dataset.command : this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.closeAll();
    this.send(text);
  }

  /** By keyboard the focus goes to the field, whose arrows walk the list; a finger just taps. */
  toggleMenu(event) {
    if (!this.list.hidden) {
      this.closeAll();
      return;
    }
    this.showAttachments(false);
    this.show(this.commands);
    if (event.detail === 0) this.input.focus();
  }

  filter() {
    const typed = this.input.value;
    const matching = /^\/\w*$/.test(typed)
      ? this.commands.filter(({ command }) => `/${command}`.startsWith(typed.toLowerCase()))
      : [];
    this.show(matching);
  }

  show(commands) {
    this.active = -1;
    this.list.replaceChildren(...commands.map((command, index) => this.option(command, index)));
    this.setOpen(commands.length > 0);
  }

  option({ command, description }, index) {
    return element(
      "li",
      {
        role: "option",
        id: `command-${index}`,
        "aria-selected": "false",
        "data-command": `/${command}`,
        onclick: () => {
          this.input.value = "";
          this.closeAll();
          this.send(`/${command}`);
        },
      },
      element("span", { class: "command" }, `/${command}`),
      element("span", { class: "description" }, description),
    );
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || this.list.hidden) return;
    event.preventDefault();
    const options = [...this.list.children];
    const from = this.active < 0 && step < 0 ? 0 : this.active;
    this.active = (from + step + options.length) % options.length;
    options.forEach((option, index) =>
      option.setAttribute("aria-selected", String(index === this.active)),
    );
    this.input.setAttribute("aria-activedescendant", `command-${this.active}`);
    options[this.active].scrollIntoView({ block: "nearest" });
  }

  setOpen(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.menuButton.setAttribute("aria-expanded", String(open));
    this.input.removeAttribute("aria-activedescendant");
  }

  showAttachments(open) {
    if (open) this.setOpen(false);
    this.attachments.hidden = !open;
    this.attachButton.setAttribute("aria-expanded", String(open));
    if (open) find("button", this.attachments).focus();
  }

  closeAll() {
    this.setOpen(false);
    this.showAttachments(false);
  }
}

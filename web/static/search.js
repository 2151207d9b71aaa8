// Search while one types. Without this script the same fields are plain forms.
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = field.id + "-found";
  list.hidden = true;
  field.parentElement.append(list);
  field.setAttribute("aria-controls", list.id);
  let wanted = "";

  const show = (found) => {
    list.replaceChildren(...found.slice(0, 8).map((one) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = one.url;
      link.textContent = one.name_zh && one.name_zh !== one.name
        ? `${one.name} ${one.name_zh}` : one.name;
      item.append(link);
      return item;
    }));
    list.hidden = found.length === 0;
  };

  field.addEventListener("input", async () => {
    const text = wanted = field.value.trim();
    if (text.length < 2) return show([]);
    await new Promise((done) => setTimeout(done, 150));
    if (text !== wanted) return;
    try {
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(text)}`,
        { headers: { Accept: "application/json" } });
      if (answer.ok && text === wanted) show((await answer.json()).found);
    } catch {
      show([]);
    }
  });

  field.form.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { list.hidden = true; field.focus(); }
    if (event.key === "ArrowDown" && at < links.length - 1) { links[at + 1].focus(); event.preventDefault(); }
    if (event.key === "ArrowUp" && at >= 0) { (links[at - 1] ?? field).focus(); event.preventDefault(); }
  });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) list.hidden = true;
  });
}

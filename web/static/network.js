// Opens a node of the network in place. Without this script the same links load the page anew.
const draw = async (url, node) => {
  const answer = await fetch(url);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const drawn = answer.ok && found.getElementById("network");
  if (!drawn) return location.assign(url);
  const frame = document.querySelector("#network .frame");
  const [left, top] = [frame.scrollLeft, window.scrollY];
  document.querySelector("form.question").replaceWith(found.querySelector("form.question"));
  document.getElementById("network").replaceWith(drawn);
  document.title = found.title;
  document.querySelector("#network .frame").scrollLeft = left;
  window.scrollTo(0, top);
  const next = [...drawn.querySelectorAll("a.more")].find((a) => a.dataset.node === node);
  (next ?? drawn.querySelector(".frame")).focus();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("#network a.more");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const url = link.getAttribute("href");
  draw(url, link.dataset.node).then(() => history.pushState(null, "", url))
    .catch(() => location.assign(url));
});
addEventListener("popstate", () => draw(location.href).catch(() => location.reload()));

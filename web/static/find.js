// Search in a publication: reads the parts of the index that the question begins with.
const HAN = /([\u3005\u3007\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3fffd}]+)/gu;
const told = document.getElementById("told");
const list = document.getElementById("found");
const text = (new URLSearchParams(location.search).get("q") ?? "").trim().slice(0, 200);

// The words of a text without marks and capitals, as the index has them.
const spelled = (t) => t.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase()
  .replace(HAN, " $1 ").match(/[\p{L}\p{N}]+/gu) ?? [];

const key = (word) => {
  const pair = [...word].slice(0, 2);
  return pair.every((c) => c < "\u0080") ? pair.join("")
    : "u" + pair.map((c) => c.codePointAt(0).toString(16).padStart(4, "0")).join("");
};

const say = (words, n = 0) => {
  told.textContent = words.replace("{n}", n).replace("{q}", text);
};

// Every word of the question begins a word of the name; Chinese may stand anywhere in it.
const score = (words, forms) => {
  let best = 0;
  for (const form of forms.split("\n")) {
    const all = words.every((w) => ` ${form}`.includes(/^[a-z0-9]/.test(w) ? ` ${w}` : w));
    if (!all) continue;
    const whole = words.join(" ");
    best = Math.max(best, form === whole ? 3 : form.startsWith(whole) ? 2 : 1);
  }
  return best;
};

async function search() {
  const words = spelled(text);
  const first = words.reduce((a, b) => (b.length > a.length ? b : a), "");
  if (!text) return say("");
  if ([...first].length < 2) return say(told.dataset.short);
  let rows = [];
  try {
    const answer = await fetch(`find/${key(first)}.json`);
    if (answer.ok) rows = await answer.json();
    else if (answer.status !== 404) return say(told.dataset.unread);
  } catch {
    return say(told.dataset.unread);
  }
  const found = rows.map(([href, name, zh, label, forms]) =>
    ({ href, name, zh, label, score: score(words, forms) })).filter((row) => row.score);
  found.sort((a, b) => b.score - a.score || a.name.length - b.name.length
    || (a.name < b.name ? -1 : 1));
  say(found.length ? told.dataset.found : told.dataset.none, found.length);
  list.replaceChildren(...found.slice(0, 100).map((row) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const where = document.createElement("span");
    link.href = row.href;
    link.textContent = row.name;
    if (row.zh) {
      const zh = document.createElement("span");
      zh.lang = "zh";
      zh.textContent = row.zh;
      link.append(" ", zh);
    }
    where.className = "where";
    where.textContent = ` ${row.label}`;
    item.append(link, where);
    return item;
  }));
}

document.getElementById("q2").value = text;
search();

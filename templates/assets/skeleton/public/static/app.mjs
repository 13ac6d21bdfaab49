// The app: shows the page of the address, and follows links without loading a document.

const main = document.querySelector("main");
let latest = 0;

// Sets texts alone, so that no data can become markup.
function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...more });
}

async function api(path) {
  const response = await fetch(path);
  const body = await response.json();
  if (!response.ok) throw new Error(body.title);
  return body;
}

async function list() {
  const items = element("ul", "");
  for (const { id, name } of await api("/api/planets")) {
    const item = element("li", "");
    item.append(element("a", name, { href: `/planets/${id}` }));
    items.append(item);
  }
  return ["Planets", items];
}

async function planet(id) {
  const { name, gravity } = await api(`/api/planets/${id}`);
  const form = element("form", "");
  const label = element("label", "Kilograms on Earth ");
  label.append(element("input", "", { name: "kilograms", inputMode: "decimal" }));
  const output = element("output", "");
  form.append(label, element("button", "Weigh"), output);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams(new FormData(form));
    output.textContent = await api(`/api/planets/${id}/weight?${query}`).then(
      ({ kilograms }) => `${kilograms} kg`,
      (error) => error.message,
    );
  });
  return [name, element("p", `Gravity: ${gravity} m/s²`), form];
}

function page(path) {
  const [kind, id, ...rest] = path.split("/").slice(1);
  if (path === "/") return list();
  if (path === "/about") return ["About", element("p", "How heavy are you elsewhere?")];
  if (kind === "planets" && id && rest.length === 0) return planet(id);
  return ["Not found", element("p", "There is nothing at this address.")];
}

async function show() {
  const mine = ++latest;
  const shown = await Promise.resolve(page(location.pathname)).catch((error) => [
    "Not found",
    element("p", error.message),
  ]);
  // The visitor may have gone on while this page was loading.
  if (mine !== latest) return;
  const [title, ...content] = shown;
  document.title = title;
  main.replaceChildren(element("h1", title), ...content);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || link.origin !== location.origin || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show();
});
addEventListener("popstate", show);
show();

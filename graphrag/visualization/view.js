"use strict";
// Everything in the data is untrusted: it reaches the page as text content and attribute values only.
(() => {
  const view = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const drawing = byId("drawing"), panel = byId("panel"), tooltip = byId("tooltip");
  const { nodes, edges, passages, paths } = view;
  const SVG = "http://www.w3.org/2000/svg";
  const SHEET = "M-6 -8h8l4 4v12h-12z";
  const LABEL_SCALE = 1.5; // From here on relations off the paths are written where there is room.

  const element = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const shape = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
  function fill(target, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) target.setAttribute(name, "");
      else if (value !== false && value !== undefined) target.setAttribute(name, value);
    }
    target.append(...children);
    return target;
  }
  const button = (attributes, onClick, ...children) => {
    const made = element("button", { type: "button", ...attributes }, ...children);
    made.addEventListener("click", onClick);
    return made;
  };

  // The graph
  const incident = nodes.map(() => []);
  edges.forEach((edge, i) => { incident[edge.a].push(i); incident[edge.b].push(i); });
  const other = (edge, node) => (edge.a === node ? edge.b : edge.a);
  const passageOfNode = new Map(passages.flatMap((passage, i) => (passage.node === undefined ? [] : [[passage.node, i]])));
  const nodeOfId = new Map(nodes.map((node, i) => [node.id, i]));
  const said = (fact) => fact.label || { mention: "mentions", synonym: "same as" }[fact.kind] || "related to";

  // Drawing, once
  const pathEdge = (edge) => edge.path && edge.kind !== "mention";
  const edgeShapes = edges.map((edge, i) => {
    const kind = pathEdge(edge) ? `${edge.kind} path` : edge.kind;
    const head = `url(#${pathEdge(edge) ? "arrow-path" : "arrow"})`;
    const directed = edge.facts.filter((fact) => fact.kind === "fact");
    const line = shape("path", {
      class: `edge ${kind}`,
      "marker-end": directed.some((fact) => fact.forward) && head,
      "marker-start": directed.some((fact) => !fact.forward) && head,
    });
    const reach = shape("path", { class: "reach", "data-edge": i });
    const label = edge.kind === "mention" ? null : shape("g", { class: `edge-label ${kind}` });
    if (label) byId("edge-labels").append(label);
    return { line, reach, label, lines: "" };
  });
  const drawOrder = edges.map((_, i) => i).sort((a, b) => pathEdge(edges[a]) - pathEdge(edges[b]));
  byId("edges").append(...drawOrder.map((i) => edgeShapes[i].line), ...drawOrder.map((i) => edgeShapes[i].reach));

  const nodeShapes = nodes.map((node, i) => {
    const isPassage = node.kind === "passage";
    const role = [node.seed && "in the question", node.answer && "answer"].filter(Boolean).join(", ");
    const group = shape("g", {
      class: ["node", node.kind, node.major && "major", node.seed && "seed", node.answer && "answer"].filter(Boolean).join(" "),
      "data-node": i, tabindex: 0, role: "button", "aria-label": `${node.kind}: ${node.label}${role && ` (${role})`}`,
    });
    const text = shape("text", { "font-size": node.size, x: isPassage ? 8 : 0 }, node.short);
    const mark = isPassage ? shape("path", { class: "sheet small", d: SHEET }) : shape("circle", { r: radius(node) });
    const box = shape("rect", { rx: isPassage ? 3 : node.height / 2 });
    group.append(mark, box, text);
    return { group, text, box, icon: isPassage && group.appendChild(shape("path", { class: "fold icon", d: SHEET })) };
  });
  function radius(node) { return 4 + 5 * node.weight; }
  // The least important first, so that the others lie on top.
  byId("nodes").append(...nodeShapes.map((made) => made.group).reverse());
  nodes.forEach((node, i) => {
    const { text, box, icon } = nodeShapes[i];
    node.width = Math.ceil(text.getComputedTextLength()) + (icon ? 36 : 24);
    fill(box, { x: -node.width / 2, y: -node.height / 2, width: node.width, height: node.height }, []);
    if (icon) icon.setAttribute("transform", `translate(${15 - node.width / 2} 0) scale(.7)`);
  });

  // What is looked at: pointed at, searched, or chosen; null means everything.
  let pointed = null, chosen = null, matches = null;
  function around(thing) {
    if (thing.kind === "node") {
      const near = incident[thing.index];
      return { nodes: new Set([thing.index, ...near.map((i) => other(edges[i], thing.index))]), edges: new Set(near) };
    }
    if (thing.kind === "edge") {
      return { nodes: new Set([edges[thing.index].a, edges[thing.index].b]), edges: new Set([thing.index]) };
    }
    if (thing.kind === "path") {
      return { nodes: new Set(paths[thing.index].nodes), edges: new Set(paths[thing.index].edges) };
    }
    return null;
  }
  function focus() {
    if (pointed) return around(pointed);
    if (matches) return { nodes: matches, edges: new Set() };
    return chosen && around(chosen);
  }

  // Drawing, whenever the view changes. Letters scale with places: what does not overlap at one scale never does.
  let scale = 1, left = 0, top = 0, fitted = true;
  const across = (x) => x * scale + left, down = (y) => y * scale + top;
  const overlap = (p, q, gap) =>
    Math.abs(p.x - q.x) * 2 < p.width + q.width + gap && Math.abs(p.y - q.y) * 2 < p.height + q.height + gap;

  function render() {
    const near = focus();
    byId("world").setAttribute("transform", `translate(${left.toFixed(1)} ${top.toFixed(1)}) scale(${scale.toFixed(4)})`);
    const boxes = nodes.map((node) => ({ x: node.x, y: node.y, width: node.width, height: node.height }));
    const isNear = (i) => !near || near.nodes.has(i);
    const forced = (i) => nodes[i].major || (pointed && pointed.kind === "node" && pointed.index === i);
    const order = nodes.map((_, i) => i).sort((a, b) => forced(b) - forced(a) || isNear(b) - isNear(a) || a - b);
    const taken = [];
    const open = new Array(nodes.length).fill(false);
    order.filter(forced).forEach((i) => { open[i] = true; taken.push(boxes[i]); });
    const ends = (edge) => clipped(boxes[edge.a], boxes[edge.b], edge, open);
    edges.forEach((edge, i) => {
      if (pathEdge(edge) && (!near || near.edges.has(i))) writeRelation(i, ends(edge), taken, true);
    });
    const spots = boxes.map(({ x, y }, i) => ({ x, y, width: radius(nodes[i]) * 2, height: radius(nodes[i]) * 2 }));
    for (const i of order) {
      if (open[i] || taken.some((box) => overlap(box, boxes[i], 6))) continue;
      if (spots.some((spot, j) => j !== i && !open[j] && isNear(j) && overlap(spot, boxes[i], 2))) continue;
      open[i] = true;
      taken.push(boxes[i]);
    }
    nodes.forEach((_, i) => {
      const { group } = nodeShapes[i];
      group.setAttribute("transform", `translate(${boxes[i].x.toFixed(1)} ${boxes[i].y.toFixed(1)})`);
      group.classList.toggle("folded", !open[i]);
      group.classList.toggle("dimmed", !isNear(i));
      group.classList.toggle("selected", Boolean(chosen && chosen.kind === "node" && chosen.index === i));
    });
    edges.forEach((edge, i) => {
      const { line, reach, label } = edgeShapes[i];
      const place = ends(edge);
      const d = `M${place.map((value) => value.toFixed(1)).join(" ")}`;
      line.setAttribute("d", d);
      reach.setAttribute("d", d);
      const lit = Boolean(near && near.edges.has(i));
      line.classList.toggle("near", lit);
      line.classList.toggle("dimmed", Boolean(near && !lit));
      if (!label || (pathEdge(edge) && (!near || lit))) return;
      if (lit || (!near && scale >= LABEL_SCALE)) writeRelation(i, place, taken, false);
      else label.setAttribute("display", "none");
    });
  }

  function clipped(from, to, edge, open) {
    const dx = to.x - from.x, dy = to.y - from.y, length = Math.hypot(dx, dy) || 1;
    const inset = (box, i) => (open[i]
      ? Math.min((box.width / 2 + 3) / Math.abs(dx / length || 1e-9), (box.height / 2 + 3) / Math.abs(dy / length || 1e-9))
      : radius(nodes[i]) + 3);
    const start = Math.min(inset(from, edge.a), length / 2), end = Math.min(inset(to, edge.b), length / 2);
    return [from.x + (dx / length) * start, from.y + (dy / length) * start, to.x - (dx / length) * end, to.y - (dy / length) * end];
  }

  const SHARES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];
  function writeRelation(i, [x1, y1, x2, y2], taken, always) {
    const made = edgeShapes[i], lines = relationLines(edges[i], x2 >= x1);
    if (made.lines !== lines.join("\n")) {
      made.lines = lines.join("\n");
      made.label.replaceChildren(...lines.map((line, row) => shape("text", { y: (row - (lines.length - 1) / 2) * 16 + 4 }, line)));
      made.label.removeAttribute("display");
      made.width = Math.max(...[...made.label.children].map((line) => line.getComputedTextLength()));
    }
    const boxes = SHARES.map((share) => (
      { x: x1 + (x2 - x1) * share, y: y1 + (y2 - y1) * share, width: made.width + 6, height: lines.length * 16 }));
    const free = boxes.find((box) => !taken.some((other) => overlap(other, box, 2)));
    const place = free || (always && boxes[0]);
    if (!place) { made.label.setAttribute("display", "none"); return; }
    taken.push(place);
    made.label.removeAttribute("display");
    made.label.setAttribute("transform", `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`);
  }

  function relationLines(edge, rightwards) {
    const facts = edge.facts.filter((fact) => fact.kind !== "mention");
    const mixed = new Set(facts.map((fact) => fact.forward)).size > 1;
    const shown = facts.slice(0, 2).map((fact) => {
      const words = fact.short || said(fact);
      if (!mixed) return words;
      return fact.forward === rightwards ? `${words} →` : `← ${words}`;
    });
    return facts.length > 2 ? [...shown, `+ ${facts.length - 2} more`] : shown;
  }

  // Moving
  function fit() {
    fitted = true;
    const width = drawing.clientWidth, height = drawing.clientHeight;
    if (!nodes.length || !width || !height) return render();
    const reach = (axis, size) => [
      Math.min(...nodes.map((node) => node[axis] - node[size] / 2)), Math.max(...nodes.map((node) => node[axis] + node[size] / 2))];
    const [x1, x2] = reach("x", "width"), [y1, y2] = reach("y", "height");
    scale = Math.min(1.4, (width - 28) / (x2 - x1), (height - 28) / (y2 - y1));
    left = (width - (x1 + x2) * scale) / 2;
    top = (height - (y1 + y2) * scale) / 2;
    return render();
  }
  function zoom(factor, x = drawing.clientWidth / 2, y = drawing.clientHeight / 2) {
    const next = Math.min(8, Math.max(0.08, scale * factor));
    left = x - (x - left) * (next / scale);
    top = y - (y - top) * (next / scale);
    scale = next;
    fitted = false;
    render();
  }
  function pan(dx, dy) { left += dx; top += dy; fitted = false; render(); }
  function centre(i) { pan(drawing.clientWidth / 2 - across(nodes[i].x), drawing.clientHeight / 2 - down(nodes[i].y)); }

  function thingAt(target) {
    const node = target.closest && target.closest("[data-node]"), edge = target.closest && target.closest("[data-edge]");
    if (node) return { kind: "node", index: Number(node.dataset.node) };
    return edge && { kind: "edge", index: Number(edge.dataset.edge) };
  }
  const place = (event) => {
    const frame = drawing.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const pointers = new Map();
  let pressed = null, moved = 0;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drawing.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    if (pointers.size === 1) { pressed = event.target; moved = 0; }
  });
  drawing.addEventListener("pointermove", (event) => {
    const [x, y] = place(event), before = pointers.get(event.pointerId);
    if (!before) { if (event.pointerType !== "touch") point(thingAt(event.target), x, y); return; }
    moved += Math.hypot(x - before[0], y - before[1]);
    if (pointers.size === 2) {
      const [[, still]] = [...pointers].filter(([id]) => id !== event.pointerId);
      const gap = (spot) => Math.hypot(spot[0] - still[0], spot[1] - still[1]) || 1;
      zoom(gap([x, y]) / gap(before), still[0], still[1]);
    } else if (moved > 4) {
      drawing.classList.add("dragging");
      pan(x - before[0], y - before[1]);
    }
    pointers.set(event.pointerId, [x, y]);
  });
  const release = (event) => {
    const tapped = pointers.delete(event.pointerId) && !pointers.size && moved <= 4 && event.type === "pointerup";
    drawing.classList.remove("dragging");
    if (tapped) choose(thingAt(pressed));
  };
  drawing.addEventListener("pointerup", release);
  drawing.addEventListener("pointercancel", release);
  drawing.addEventListener("pointerleave", () => point(null));
  drawing.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...place(event));
  }, { passive: false });

  function point(thing, x, y) {
    const changed = JSON.stringify(thing) !== JSON.stringify(pointed);
    pointed = thing;
    if (changed) { explain(thing); render(); }
    if (!thing || x === undefined) return;
    const room = drawing.clientWidth - tooltip.offsetWidth - 8, below = y + 18 + tooltip.offsetHeight < drawing.clientHeight;
    tooltip.style.left = `${Math.max(8, Math.min(x + 14, room))}px`;
    tooltip.style.top = `${below ? y + 18 : Math.max(8, y - tooltip.offsetHeight - 12)}px`;
  }
  const factLine = (edge, fact) => {
    const [head, tail] = fact.forward ? [edge.a, edge.b] : [edge.b, edge.a];
    return `${nodes[head].label} — ${said(fact)} → ${nodes[tail].label}`;
  };
  function explain(thing) {
    tooltip.hidden = !thing;
    if (!thing) return;
    const lines = [];
    if (thing.kind === "edge") {
      const edge = edges[thing.index];
      for (const fact of edge.facts.slice(0, 4)) {
        lines.push(element("strong", { dir: "auto" }, factLine(edge, fact)));
        const source = fact.passages.map((i) => passages[i].title)[0];
        if (fact.sentence) lines.push(element("p", { dir: "auto" }, clip(fact.sentence, 240)));
        if (source) lines.push(element("p", { dir: "auto" }, clip(source, 100)));
      }
    } else {
      const node = nodes[thing.index], passage = passages[passageOfNode.get(node.id)];
      lines.push(element("strong", { dir: "auto" }, clip(node.label, 200)));
      if (passage) lines.push(element("p", { dir: "auto" }, clip(passage.text, 240)));
      else lines.push(element("p", {}, `${factsOf(thing.index).length} facts, ${passagesOf(thing.index).length} passages`));
    }
    tooltip.replaceChildren(...lines);
  }
  const clip = (text, length) => ([...text].length > length ? `${[...text].slice(0, length).join("").trimEnd()}…` : text);

  // The panel
  const factsOf = (node) => incident[node].flatMap((i) => edges[i].facts.filter((fact) => fact.kind !== "mention").map((fact) => [i, fact]));
  function passagesOf(node) {
    const cited = incident[node].flatMap((i) => edges[i].facts.flatMap((fact) => fact.passages));
    const linked = incident[node].map((i) => passageOfNode.get(nodes[other(edges[i], node)].id)).filter((i) => i !== undefined);
    return [...new Set([...linked, ...cited])];
  }
  function choose(thing) {
    if (thing && thing.kind === "node" && passageOfNode.has(nodes[thing.index].id)) thing.passage = passageOfNode.get(nodes[thing.index].id);
    chosen = thing || null;
    if (chosen && chosen.kind !== "path") document.body.classList.add("open");
    showSelection();
    panel.querySelectorAll("[data-path]").forEach((row) => {
      row.setAttribute("aria-pressed", String(Boolean(chosen && chosen.kind === "path" && chosen.index === Number(row.dataset.path))));
    });
    render();
  }
  function showSelection() {
    const section = byId("selection");
    section.hidden = !chosen || chosen.kind === "path";
    if (section.hidden) { section.replaceChildren(); return; }
    const content = chosen.passage !== undefined ? passageContent(passages[chosen.passage])
      : chosen.kind === "node" ? entityContent(chosen.index) : edgeContent(edges[chosen.index]);
    section.replaceChildren(button({ id: "close", "aria-label": "Close" }, () => choose(null), "×"), ...content);
    panel.scrollTop = 0;
  }
  const passageRow = (i) => element("li", {}, button({ class: "row", dir: "auto" }, () => openPassage(i), passages[i].title));
  function openPassage(i) {
    const node = passages[i].node === undefined ? undefined : nodeOfId.get(passages[i].node);
    choose(node === undefined ? { kind: "passage", passage: i } : { kind: "node", index: node });
  }
  function passageContent(passage) {
    return [element("h2", {}, "Passage"), element("h3", { dir: "auto" }, passage.title),
      element("p", { class: "text", dir: "auto" }, ...marked(passage.text)), element("p", { class: "sentence" }, passage.id)];
  }
  function entityContent(i) {
    const facts = factsOf(i), found = passagesOf(i), node = nodes[i];
    const rows = facts.map(([edge, fact]) => element("li", {}, button({ class: "row", dir: "auto" }, () => choose({ kind: "edge", index: edge }),
      factLine(edges[edge], fact), element("span", { class: "quiet" }, clip(fact.sentence, 200)))));
    const kind = node.answer ? "Answer" : node.seed ? "Entity of the question" : "Entity";
    return [element("h2", {}, kind), element("h3", { dir: "auto" }, node.label),
      ...(rows.length ? [element("h2", {}, "Facts"), element("ul", {}, ...rows)] : []),
      ...(found.length ? [element("h2", {}, "Passages"), element("ul", {}, ...found.map(passageRow))] : [])];
  }
  function edgeContent(edge) {
    const found = [...new Set(edge.facts.flatMap((fact) => fact.passages))];
    const facts = edge.facts.flatMap((fact) => [element("h3", { dir: "auto" }, factLine(edge, fact)),
      ...(fact.sentence ? [element("p", { class: "sentence", dir: "auto" }, fact.sentence)] : [])]);
    const texts = found.slice(0, 3).flatMap((i) => passageContent(passages[i]));
    const rest = found.slice(3).map(passageRow);
    return [element("h2", {}, edge.kind), ...facts, ...texts, ...(rest.length ? [element("ul", {}, ...rest)] : [])];
  }

  // The entities' names in a text, the longest first; scripts with spaces only as whole words.
  const named = new Map(nodes.flatMap((node, i) => (node.kind === "entity" && node.label.length < 200 ? [[node.label.toLowerCase(), i]] : [])));
  const spaced = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{N}]/u;
  const pattern = [...named.keys()].filter(Boolean).sort((a, b) => b.length - a.length).map((name) => {
    const words = name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    return `${spaced.test(name[0]) ? "(?<![\\p{L}\\p{N}])" : ""}${words}${spaced.test(name.at(-1)) ? "(?![\\p{L}\\p{N}])" : ""}`;
  }).join("|");
  function marked(text) {
    if (!pattern) return [text];
    const parts = [];
    let end = 0;
    for (const match of text.matchAll(new RegExp(pattern, "giu"))) {
      const index = named.get(match[0].toLowerCase());
      if (index === undefined) continue;
      const mark = element("mark", { tabindex: 0, role: "button" }, match[0]);
      const go = () => { choose({ kind: "node", index }); centre(index); };
      mark.addEventListener("click", go);
      mark.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
      parts.push(text.slice(end, match.index), mark);
      end = match.index + match[0].length;
    }
    return [...parts, text.slice(end)];
  }

  function showPaths() {
    const section = byId("paths");
    section.hidden = false;
    const rows = paths.map((path, i) => {
      const words = path.steps.flatMap((step, k) => {
        const arrow = step.forward ? ` — ${step.relation} → ` : ` ← ${step.relation} — `;
        return [...(k ? [] : [element("bdi", {}, step.source)]), element("span", { class: "relation" }, arrow), element("bdi", {}, step.target)];
      });
      const toggle = () => choose(chosen && chosen.kind === "path" && chosen.index === i ? null : { kind: "path", index: i });
      return element("li", {}, button({ class: "row", "data-path": i, "aria-pressed": "false" }, toggle, ...words));
    });
    section.replaceChildren(element("h2", {}, paths.length > 1 ? "Reasoning paths" : "Reasoning path"), element("ol", {}, ...rows));
  }
  function showHubs() {
    const hubs = nodes.map((_, i) => i).filter((i) => nodes[i].kind === "entity").slice(0, 12);
    const section = byId("paths");
    section.hidden = !hubs.length;
    const rows = hubs.map((i) => element("li", {}, button({ class: "row", dir: "auto" }, () => { choose({ kind: "node", index: i }); centre(i); }, nodes[i].label)));
    section.replaceChildren(element("h2", {}, view.question ? "Entities" : "Most connected"), element("ol", {}, ...rows));
  }
  function showExplanation() {
    const section = byId("explanation");
    section.hidden = false;
    const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
    const steps = view.explanation.steps.map((step) => element("li", {},
      element("p", { class: "tokens", dir: "auto" }, ...step.tokens.map((token) =>
        element("span", { class: `attention-${token.level}`, title: percent(token.attention) }, token.text))),
      element("ul", { class: "mass" }, ...step.mass.map((node) =>
        element("li", {}, element("bdi", {}, node.name), ` ${percent(node.share)}`))),
    ));
    section.replaceChildren(element("h2", {}, "Steps of the reasoner"), element("ol", {}, ...steps));
  }
  function showLegend() {
    const sample = (...parts) => shape("svg", { viewBox: "-21 -10 42 20", "aria-hidden": "true" }, ...parts);
    const pill = (kind) => sample(shape("g", { class: `node ${kind}` }, shape("rect", { x: -19, y: -8, width: 38, height: 16, rx: 8 })));
    const line = (kind, head) => sample(shape("path", { class: `edge ${kind}`, d: "M-19 0H18", "marker-end": head && `url(#${head})` }));
    const has = (test) => nodes.some(test), linked = (test) => edges.some(test);
    const rows = [
      [has((node) => node.seed), pill("major seed"), "entity of the question"],
      [has((node) => node.answer), pill("major answer"), "answer"],
      [paths.length, pill("major"), "entity on a reasoning path"],
      [has((node) => node.kind === "entity" && !node.major), pill("entity"), "other entity (a dot where there is no room)"],
      [has((node) => node.kind === "passage"), sample(shape("g", { class: "node passage" }, shape("path", { class: "sheet", d: SHEET }))), "passage"],
      [linked(pathEdge), line("path", "arrow-path"), "step of a reasoning path"],
      [linked((edge) => edge.kind === "fact"), line("fact", "arrow"), "fact"],
      [linked((edge) => edge.kind === "mention"), line("mention"), "passage names entity"],
      [linked((edge) => edge.kind === "synonym"), line("synonym"), "similar names"],
    ].filter(([shown]) => shown).map(([, picture, words]) => element("li", {}, picture, words));
    byId("legend").replaceChildren(element("h2", {}, "Legend"), element("ul", {}, ...rows));
  }

  // Search
  const search = byId("search"), found = byId("found");
  let hits = [], hit = 0;
  search.addEventListener("input", () => {
    const words = search.value.trim().toLowerCase();
    const text = (node) => [node.label, (passages[passageOfNode.get(node.id)] || { text: "" }).text];
    hits = words ? nodes.map((_, i) => i).filter((i) => text(nodes[i]).some((part) => part.toLowerCase().includes(words))) : [];
    matches = words ? new Set(hits) : null;
    hit = 0;
    found.textContent = words ? `${hits.length} found` : "";
    if (hits.length) centre(hits[0]);
    else render();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !hits.length) return;
    choose({ kind: "node", index: hits[hit % hits.length] });
    centre(hits[hit % hits.length]);
    hit += 1;
    found.textContent = `${((hit - 1) % hits.length) + 1} of ${hits.length}`;
  });

  // Keys and buttons
  const keys = {
    "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit,
    ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
  };
  drawing.addEventListener("keydown", (event) => {
    const thing = thingAt(event.target);
    if ((event.key === "Enter" || event.key === " ") && thing) choose(thing);
    else if (keys[event.key] && !event.ctrlKey && !event.metaKey) keys[event.key]();
    else return;
    event.preventDefault();
  });
  drawing.addEventListener("focusin", (event) => {
    const thing = thingAt(event.target);
    if (!thing || !event.target.matches(":focus-visible")) return;
    const x = across(nodes[thing.index].x), y = down(nodes[thing.index].y);
    if (x < 0 || y < 0 || x > drawing.clientWidth || y > drawing.clientHeight) centre(thing.index);
    point(thing, across(nodes[thing.index].x), down(nodes[thing.index].y) + 8);
  });
  drawing.addEventListener("focusout", () => point(null));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; search.dispatchEvent(new Event("input")); point(null); choose(null); }
    if (event.key === "/" && event.target !== search) { event.preventDefault(); search.focus(); }
  });
  byId("zoom-in").addEventListener("click", () => zoom(1.25));
  byId("zoom-out").addEventListener("click", () => zoom(0.8));
  byId("fit").addEventListener("click", fit);
  byId("panel-toggle").addEventListener("click", () => {
    byId("panel-toggle").setAttribute("aria-expanded", String(document.body.classList.toggle("open")));
  });

  // Theme, paper and window
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("theme");
  if (asked === "dark" || asked === "light") root.dataset.theme = asked;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  byId("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; });
  let screenTheme;
  addEventListener("beforeprint", () => {
    screenTheme = root.dataset.theme;
    root.dataset.theme = "light";
    drawing.setAttribute("viewBox", `0 0 ${drawing.clientWidth} ${drawing.clientHeight}`);
  });
  addEventListener("afterprint", () => {
    drawing.removeAttribute("viewBox");
    if (screenTheme) root.dataset.theme = screenTheme;
    else delete root.dataset.theme;
  });

  byId("question").textContent = view.question || view.title;
  byId("answer").textContent = view.answer;
  byId("answer").hidden = !view.answer;
  if (paths.length) showPaths();
  else showHubs();
  showLegend();
  if (view.explanation) showExplanation();
  if (view.notes.length) {
    byId("notes").hidden = false;
    byId("notes").replaceChildren(element("h2", {}, "Notes"), ...view.notes.map((note) => element("p", { dir: "auto" }, note)));
  }
  new ResizeObserver(() => (fitted ? fit() : render())).observe(drawing);
  fit();
})();

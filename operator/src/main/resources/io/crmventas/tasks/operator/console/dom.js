// A very small view library. h describes an element; show makes a real element match its descriptions and touches only what
// differs, so a refresh moves neither focus nor scroll position. All text is set as text: nothing is ever parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg';
const shown = new WeakMap(); // element -> the description that it shows

export function h(tag, props, ...children) {
  const present = (child) => child !== null && child !== undefined && child !== false && child !== '';
  return { tag, props: props ?? {}, children: children.flat(Infinity).filter(present) };
}

export function show(parent, ...descriptions) {
  const children = h('', {}, descriptions).children;
  children.forEach((child, index) => {
    const old = parent.childNodes[index];
    const node = typeof child === 'object' ? element(old, child, parent) : text(old, String(child));
    if (!old) parent.append(node);
    else if (node !== old) old.replaceWith(node);
  });
  while (parent.childNodes.length > children.length) parent.lastChild.remove();
}

function text(old, content) {
  if (old?.nodeType !== Node.TEXT_NODE) return document.createTextNode(content);
  if (old.data !== content) old.data = content;
  return old;
}

function element(old, description, parent) {
  const before = old && shown.get(old);
  const same = before && before.tag === description.tag && before.props.key === description.props.key;
  const inSvg = description.tag === 'svg' || parent.namespaceURI === SVG;
  const node = same ? old
    : inSvg ? document.createElementNS(SVG, description.tag)
    : document.createElement(description.tag);
  const was = same ? before.props : {};
  for (const name of Object.keys({ ...was, ...description.props })) {
    if (description.props[name] !== was[name]) set(node, name, description.props[name] ?? null);
  }
  show(node, description.children);
  shown.set(node, description);
  return node;
}

function set(node, name, value) {
  if (name === 'key') return;
  if (name.startsWith('on') || name === 'value') node[name] = value;
  else if (value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? '' : String(value));
}

// Two ways to draw one picture: all of it by WebGL2, or its best known part on a plain canvas. Both take their symbols from one sheet.

import { el, SYMBOLS } from "./dom.js";

export const MOST = 3000; // things on a plain canvas: more, and moving it falters
const CELL = 64; // pixels of a symbol on the sheet
const REACH = 24; // of them from its middle to its rim
const FAR = [1.2, 0.12]; // however far away, a symbol keeps this radius and this share of its own
export const BIGGEST = 30; // radius in pixels: some cards draw no larger points
const FAINT = 8; // lines fade as they get many: at 20 those of 70,000 things hid what they join
const SOFTWARE = /SwiftShader|llvmpipe/i;

const STAND = `#version 300 es
  uniform vec2 middle, room; uniform float scale;
  in vec2 at;
  vec4 stand() { return vec4((at - middle) * scale * vec2(2.0, -2.0) / room, 0.0, 1.0); }`;
const POINTS = [`${STAND}
  uniform float ratio; in float size, kind; flat out float cell;
  void main() {
    gl_Position = stand();
    gl_PointSize = 2.0 * ratio * ${CELL / 2 / REACH} * min(${BIGGEST.toFixed(1)}, max(size * scale, ${FAR[0]} + size * ${FAR[1]}));
    cell = kind;
  }`, `#version 300 es
  precision mediump float;
  uniform sampler2D sheet; uniform float kinds; flat in float cell; out vec4 color;
  void main() { color = texture(sheet, vec2((cell + gl_PointCoord.x) / kinds, gl_PointCoord.y)); }`];
const LINES = [`${STAND}
  void main() { gl_Position = stand(); }`, `#version 300 es
  precision mediump float;
  uniform vec4 ink; out vec4 color;
  void main() { color = ink; }`];

// The radius of a symbol in the picture, and on the screen.
function sizeOf(facts) {
  return 7 + Math.min(21, 2.6 * Math.sqrt(facts));
}

export function radius(facts, scale) {
  const size = sizeOf(facts);
  return Math.min(BIGGEST, Math.max(size * scale, FAR[0] + size * FAR[1]));
}

// How strong lines are: the fewer in sight, the stronger.
function strength(links, { scale, fitted }) {
  return Math.min(0.4, (FAINT / Math.sqrt(Math.max(1, links))) * Math.max(1, Math.sqrt(scale / fitted)));
}

// The symbols of types in the colours of the page, side by side.
export function sheetOf(types, colors) {
  const sheet = el("canvas", { width: CELL * Math.max(1, types.length), height: CELL });
  const context = sheet.getContext("2d");
  types.forEach((type, n) => {
    const outline = new Path2D(SYMBOLS[type] ?? SYMBOLS.Other);
    context.setTransform(REACH / 10, 0, 0, REACH / 10, CELL * (n + 0.5), CELL / 2);
    Object.assign(context, { fillStyle: colors[type] ?? colors.Other, strokeStyle: colors.halo, lineWidth: 0.9, lineJoin: "round" });
    context.fill(outline);
    context.stroke(outline);
  });
  return sheet;
}

// One symbol of a sheet around a point.
export function stamp(context, sheet, kind, x, y, size) {
  const half = (size * CELL) / 2 / REACH;
  context.drawImage(sheet, kind * CELL, 0, CELL, CELL, x - half, y - half, half * 2, half * 2);
}

// A context for all of the map, or none and why; `anyway` takes one that draws without a graphics card, too.
export function contextFor(canvas, anyway) {
  const gl = canvas.getContext("webgl2");
  if (!gl) return { why: "mapNoWebgl", renderer: "" };
  const more = gl.getExtension("WEBGL_debug_renderer_info");
  const [renderer] = SOFTWARE.exec(gl.getParameter(more ? more.UNMASKED_RENDERER_WEBGL : gl.RENDERER)) ?? [""];
  return renderer && !anyway ? { why: "mapSoftware", renderer } : { gl, why: "", renderer };
}

export class WebGl {
  // A slow one leaves out lines while the picture moves.
  constructor(gl, canvas, places, slow) {
    Object.assign(this, { gl, canvas, places, slow, shown: places.count, links: places.links.length / 2 });
    this.points = this.#program(POINTS);
    this.lines = this.#program(LINES);
    const last = places.count - 1; // the best known are drawn last, above the others
    const turned = (Kind, width, value) => Kind.from({ length: places.count * width }, (_, n) => value(last - Math.floor(n / width), n % width));
    this.at = this.#buffer(gl.ARRAY_BUFFER, turned(Float32Array, 2, (place, axis) => places.points[place * 2 + axis]));
    this.size = this.#buffer(gl.ARRAY_BUFFER, turned(Float32Array, 1, (place) => sizeOf(places.facts[place])));
    this.kind = this.#buffer(gl.ARRAY_BUFFER, turned(Float32Array, 1, (place) => places.kinds[place]));
    this.ends = this.#buffer(gl.ELEMENT_ARRAY_BUFFER, places.links.map((place) => last - place));
  }

  #program(sources) {
    const { gl } = this;
    const program = gl.createProgram();
    [gl.VERTEX_SHADER, gl.FRAGMENT_SHADER].forEach((kind, n) => {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, sources[n]);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    });
    gl.linkProgram(program);
    return program;
  }

  #buffer(kind, data) {
    const buffer = this.gl.createBuffer();
    this.gl.bindBuffer(kind, buffer);
    this.gl.bufferData(kind, data, this.gl.STATIC_DRAW);
    return buffer;
  }

  dress(colors) {
    const { gl } = this;
    this.ink = rgb(colors.line);
    gl.bindTexture(gl.TEXTURE_2D, this.sheet ?? (this.sheet = gl.createTexture()));
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, sheetOf(this.places.types, colors));
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.generateMipmap(gl.TEXTURE_2D);
  }

  draw(view) {
    const { gl, canvas, places } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (!this.slow || !view.moving) this.#join(view);
    this.#use(this.points, view, { at: [this.at, 2], size: [this.size, 1], kind: [this.kind, 1] });
    gl.uniform1f(gl.getUniformLocation(this.points, "ratio"), view.ratio);
    gl.uniform1f(gl.getUniformLocation(this.points, "kinds"), Math.max(1, places.types.length));
    gl.drawArrays(gl.POINTS, 0, places.count);
  }

  #join(view) {
    const { gl } = this;
    const alpha = strength(this.links, view);
    this.#use(this.lines, view, { at: [this.at, 2] });
    gl.uniform4fv(gl.getUniformLocation(this.lines, "ink"), [...this.ink.map((part) => part * alpha), alpha]);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.ends);
    gl.drawElements(gl.LINES, this.links * 2, gl.UNSIGNED_INT, 0);
  }

  #use(program, view, columns) {
    const { gl } = this;
    gl.useProgram(program);
    gl.uniform2f(gl.getUniformLocation(program, "middle"), view.x, view.y);
    gl.uniform2f(gl.getUniformLocation(program, "room"), view.width, view.height);
    gl.uniform1f(gl.getUniformLocation(program, "scale"), view.scale);
    for (const [name, [buffer, width]] of Object.entries(columns)) {
      const place = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, width, gl.FLOAT, false, 0, 0);
    }
  }
}

export class Flat {
  constructor(canvas, places) {
    const shown = Math.min(places.count, MOST);
    const ends = [];
    for (let n = 0; n < places.links.length; n += 2) if (places.links[n] < shown && places.links[n + 1] < shown) ends.push(places.links[n], places.links[n + 1]);
    Object.assign(this, { canvas, places, shown, ends, links: ends.length / 2, context: canvas.getContext("2d") });
  }

  dress(colors) {
    this.ink = colors.line;
    this.sheet = sheetOf(this.places.types, colors);
  }

  draw(view) {
    const { context, places, ends } = this;
    context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    context.globalAlpha = strength(this.links, view);
    context.strokeStyle = this.ink;
    context.beginPath();
    for (let n = 0; n < ends.length; n += 2) {
      context.moveTo(...view.screen(places, ends[n]));
      context.lineTo(...view.screen(places, ends[n + 1]));
    }
    context.stroke();
    context.globalAlpha = 1;
    for (let place = this.shown - 1; place >= 0; place -= 1) {
      const [x, y] = view.screen(places, place);
      if (view.holds(x, y, BIGGEST)) stamp(context, this.sheet, places.kinds[place], x, y, radius(places.facts[place], view.scale));
    }
  }
}

// A colour of the page in three parts from 0 to 1.
function rgb(color) {
  const context = el("canvas", {}).getContext("2d");
  context.fillStyle = color;
  return context.fillStyle.match(/[0-9a-f]{2}/g).map((part) => Number.parseInt(part, 16) / 255);
}

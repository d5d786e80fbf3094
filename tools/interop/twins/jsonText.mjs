// JSON as a program that reads it byte by byte would see it: numbers keep their text, members their order.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/** Strings come back with a leading `"`, numbers as a text with a leading `#`. Undefined where it is no JSON. */
export function readJsonText(text) {
  try {
    return JSON.parse(text.replaceAll(TOKEN, (token) => (token[0] === '"' ? `"\\"${token.slice(1)}` : `"#${token}"`)))
  } catch {
    return undefined
  }
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const brief = (value) => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text
}

/** Every place where two values read by `readJsonText` differ: its path, and what stands there. */
export function differencesOf(ply, core, path = '') {
  if (Array.isArray(ply) && Array.isArray(core)) {
    const lengths = ply.length === core.length ? [] : [{ path: `${path}.length`, ply: ply.length, core: core.length }]
    const common = Math.min(ply.length, core.length)
    return [...lengths, ...ply.slice(0, common).flatMap((value, i) => differencesOf(value, core[i], `${path}[${i}]`))]
  }
  if (isObject(ply) && isObject(core)) {
    const [mine, theirs] = [Object.keys(ply), Object.keys(core)]
    const order =
      mine.join() === theirs.join() ? [] : [{ path: `${path}{keys}`, ply: brief(mine), core: brief(theirs) }]
    const shared = theirs.filter((key) => key in ply)
    return [...order, ...shared.flatMap((key) => differencesOf(ply[key], core[key], `${path}.${key}`))]
  }
  return ply === core ? [] : [{ path, ply: brief(ply), core: brief(core) }]
}

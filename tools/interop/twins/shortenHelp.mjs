// The words of a help text are each program's own. What it begins with, the call's form, is not.

const HELP_TEXT = /^"?([a-z][\w.]*[^\n]*)\n\n[^]*(?:Examples|Result|Arguments):?/

/** Stands before what is left of a help text. */
export const HELP_MARK = 'help: '

/** Leaves of each help text in an answer its first line. */
export function shortenHelp(value) {
  if (typeof value === 'string') {
    const first = HELP_TEXT.exec(value)?.[1]
    return first === undefined ? value : HELP_MARK + first
  }
  if (Array.isArray(value)) return value.map(shortenHelp)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortenHelp(inner)]))
}

import { OPTION_TABLE, findOption } from './table/table.ts'
import type { OptionEntry } from './table/option.ts'

/** Short options of plyd's own. */
const OWN_SHORT = new Set(['-d', '-h', '-v'])

/** The name in an argument without dashes, value and negation. */
function optionName(arg: string): string | undefined {
  const name = /^--?([^=]+)/.exec(arg)?.[1]
  if (name === undefined || findOption(name)) return name
  return name.startsWith('no') ? name.slice(2) : name
}

/**
 * Whether a command line is of bitcoind's kind: an option with one dash, or one that only bitcoind knows. What stands
 * behind an option of plyd's own may be anything.
 */
export function isBitcoindStyle(args: readonly string[], own: ReadonlySet<string>): boolean {
  return args.some((arg, i) => {
    if (!arg.startsWith('-') || OWN_SHORT.has(arg) || arg === '-' || arg === '--') return false
    if (!arg.startsWith('--')) return args[i - 1] !== '-d'
    const name = optionName(arg) ?? ''
    return findOption(name) !== undefined && !own.has(name) && !own.has(`no${name}`)
  })
}

/** The option that asks for help or the version, if one does. */
export function infoRequested(args: readonly string[]): 'help' | 'help-debug' | 'version' | undefined {
  const names = args.map((arg) => /^--?([^=]+)(?:=1)?$/.exec(arg)?.[1])
  if (names.includes('version')) return 'version'
  if (names.includes('help-debug')) return 'help-debug'
  return names.some((name) => name === 'help' || name === 'h' || name === '?') ? 'help' : undefined
}

const PLACEHOLDERS: Readonly<Record<OptionEntry['kind'], string>> = {
  flag: '',
  number: '=<n>',
  amount: '=<amt>',
  text: '=<text>',
}

/** Behind the help of an option that changes nothing. */
const WITHOUT_EFFECT = ' (accepted, without effect)'

/** The text of `-help`: every option under its heading. */
export function bitcoindHelp(debug: boolean): string {
  const sections = OPTION_TABLE.filter(([heading]) => heading !== 'Hidden options').map(([heading, entries]) => {
    const shown = entries.filter((entry) => entry.name.length > 1 && (debug || !entry.debug))
    const lines = shown
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, kind, placeholder, help, unused }) => {
        const value = placeholder === undefined ? PLACEHOLDERS[kind] : kind === 'flag' ? '' : `=${placeholder}`
        return `  -${name}${value}\n       ${help}${unused ? WITHOUT_EFFECT : ''}\n`
      })
    return lines.length === 0 ? '' : `${heading}:\n\n${lines.join('\n')}\n`
  })
  return sections.join('')
}

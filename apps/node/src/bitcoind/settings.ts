/** A value as it was written; false where the option was negated, true where a negation was negated. */
export type SettingValue = string | boolean

export type SettingMap = ReadonlyMap<string, readonly SettingValue[]>

export interface SettingSources {
  readonly commandLine: SettingMap
  /** `settings.json`. */
  readonly dynamic: SettingMap
  /** Of the configuration files by section; the default section is ''. */
  readonly config: ReadonlyMap<string, SettingMap>
}

/** What an empty or wrong number is to bitcoind: what stands before the first other character. */
export function readInteger(text: string): number {
  const digits = /^\s*([+-]?\d+)/.exec(text)?.[1]
  return digits === undefined ? 0 : Number(digits)
}

export const readFlag = (text: string): boolean => text === '' || readInteger(text) !== 0

const asText = (value: SettingValue): string => (typeof value === 'string' ? value : value ? '1' : '0')

/** How many values are void because a negation follows. */
const negatedCount = (values: readonly SettingValue[]): number => values.lastIndexOf(false) + 1
const endsNegated = (values: readonly SettingValue[]): boolean => values.at(-1) === false

interface Source {
  readonly from: 'argument' | 'section' | 'default-section'
  readonly values: readonly SettingValue[]
}

export class Settings {
  readonly #sources: SettingSources
  /** Name of the network's section. */
  readonly #section: string
  readonly #networkOnly: ReadonlySet<string>

  constructor(sources: SettingSources, section: string, networkOnly: readonly string[]) {
    this.#sources = sources
    this.#section = section
    this.#networkOnly = new Set(section === 'main' ? [] : networkOnly)
  }

  #merge(name: string): Source[] {
    const { commandLine, dynamic, config } = this.#sources
    const found: (readonly [Source['from'], readonly SettingValue[] | undefined])[] = [
      ['argument', commandLine.get(name)],
      ['argument', dynamic.get(name)],
      ['section', config.get(this.#section)?.get(name)],
      ['default-section', config.get('')?.get(name)],
    ]
    return found.flatMap(([from, values]) => (values ? [{ from, values }] : []))
  }

  /** The value that counts: the last on the command line, but the first in a file. */
  value(name: string): SettingValue | undefined {
    for (const { from, values } of this.#merge(name)) {
      const ignored = from === 'default-section' && this.#networkOnly.has(name)
      if (ignored && !endsNegated(values)) continue
      if (endsNegated(values)) return false
      const left = values.slice(negatedCount(values))
      if (left.length > 0) return from === 'argument' ? left.at(-1) : left[0]
    }
    return undefined
  }

  /** All values. What a file says comes back from a negation on the command line if more follows it there. */
  list(name: string): string[] {
    const found: SettingValue[] = []
    let done = false
    let emptied = false
    for (const { from, values } of this.#merge(name)) {
      if (from === 'default-section' && this.#networkOnly.has(name)) continue
      if (!done || (from !== 'argument' && !emptied)) found.push(...values.slice(negatedCount(values)))
      done ||= negatedCount(values) > 0
      emptied ||= endsNegated(values) && found.length === 0
    }
    return found.map(asText)
  }

  isSet(name: string): boolean {
    return this.value(name) !== undefined
  }

  /** Whether anybody says anything of it, if only that it has no value. */
  isGiven(name: string): boolean {
    return this.#merge(name).some(({ values }) => values.length > 0)
  }

  isNegated(name: string): boolean {
    return this.value(name) === false
  }

  text(name: string): string | undefined {
    const value = this.value(name)
    return value === undefined ? undefined : asText(value)
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name)
    return text === undefined ? otherwise : readFlag(text)
  }

  integer(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : readInteger(text)
  }

  /** Set in the default section alone, where it does not count off mainnet. */
  isMisplaced(name: string): boolean {
    if (!this.#networkOnly.has(name)) return false
    const inForce = this.#merge(name).filter(({ values }) => values.length > 0 && !endsNegated(values))
    return inForce.length > 0 && inForce.every(({ from }) => from === 'default-section')
  }
}

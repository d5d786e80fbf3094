import { err, ok, type Result } from '@ply/bytes'
import { readFlag, type SettingMap, type SettingValue } from './settings.ts'
import { findOption } from './table/table.ts'
import type { OptionEntry } from './table/option.ts'

interface Key {
  readonly section: string
  readonly name: string
  readonly negated: boolean
}

/** `name`, `section.name`, `noname` or `section.noname`. */
function interpretKey(text: string): Key {
  const dot = text.indexOf('.')
  const name = text.slice(dot + 1)
  const negated = name.startsWith('no')
  return { section: dot < 0 ? '' : text.slice(0, dot), name: negated ? name.slice(2) : name, negated }
}

function interpretValue(key: Key, text: string | undefined, option: OptionEntry): Result<SettingValue, string> {
  if (key.negated) {
    if (option.notNegatable) return err(`Negating of -${key.name} is meaningless and therefore forbidden`)
    return ok(text !== undefined && !readFlag(text))
  }
  if (text === undefined && option.needsValue) {
    return err(`Can not set -${key.name} with no value. Please specify value with -${key.name}=value.`)
  }
  return ok(text ?? '')
}

function add(map: Map<string, SettingValue[]>, name: string, value: SettingValue): void {
  const values = map.get(name)
  if (values) values.push(value)
  else map.set(name, [value])
}

/** The arguments of a command line: `-name`, `-name=value`, `-noname`, with one dash or two. */
export function parseCommandLine(args: readonly string[]): Result<SettingMap, string> {
  const settings = new Map<string, SettingValue[]>()
  for (const arg of args) {
    if (!arg.startsWith('-'))
      return err(`Command line contains unexpected token '${arg}', see plyd -h for a list of options.`)
    const equals = arg.indexOf('=')
    const key = interpretKey((equals < 0 ? arg : arg.slice(0, equals)).replace(/^--?/, ''))
    const option = findOption(key.name)
    if (!option || key.section !== '') return err(`Error parsing command line arguments: Invalid parameter ${arg}`)
    const value = interpretValue(key, equals < 0 ? undefined : arg.slice(equals + 1), option)
    if (!value.ok) return err(`Error parsing command line arguments: ${value.error}`)
    add(settings, key.name, value.value)
  }
  const include = settings.get('includeconf')
  if (include && include.at(-1) !== false) {
    const shown = JSON.stringify(include[include.lastIndexOf(false) + 1])
    return err(
      `Error parsing command line arguments: -includeconf cannot be used from commandline; -includeconf=${shown}`,
    )
  }
  return ok(settings)
}

export interface ConfigSection {
  readonly name: string
  readonly file: string
  readonly line: number
}

/** The settings of configuration files, as they are read one after another. */
export class ConfigFiles {
  readonly sections = new Map<string, Map<string, SettingValue[]>>()
  readonly mentioned: ConfigSection[] = []
  readonly warnings: string[] = []

  #set(key: Key, text: string): Result<undefined, string> {
    const option = findOption(key.name)
    if (key.name === 'conf') {
      return err(
        'conf cannot be set in the configuration file; use includeconf= if you want to include additional config files',
      )
    }
    if (!option) {
      const name = `${key.section === '' ? '' : `${key.section}.`}${key.negated ? 'no' : ''}${key.name}`
      this.warnings.push(`Ignoring unknown configuration value ${name}`)
      return ok(undefined)
    }
    const value = interpretValue(key, text, option)
    if (!value.ok) return value
    const section = this.sections.get(key.section) ?? new Map<string, SettingValue[]>()
    this.sections.set(key.section, section)
    add(section, key.name, value.value)
    return ok(undefined)
  }

  #readLine({ line, prefix, number, hash }: ConfigLine): Result<undefined, string> {
    const at = `parse error on line ${number}`
    const equals = line.indexOf('=')
    if (line.startsWith('-')) {
      return err(`${at}: ${line}, options in configuration file must be specified without leading -`)
    }
    if (equals < 0) {
      const hint = line.startsWith('no') ? `, if you intended to specify a negated option, use ${line}=1 instead` : ''
      return err(`${at}: ${line}${hint}`)
    }
    const name = prefix + line.slice(0, equals).trim()
    if (hash && name.includes('rpcpassword')) {
      return err(`${at}, using # in rpcpassword can be ambiguous and should be avoided`)
    }
    return this.#set(interpretKey(name), line.slice(equals + 1).trim())
  }

  /** Takes in the text of a file. Violation: the words of bitcoind. */
  read(text: string, file: string): Result<undefined, string> {
    let prefix = ''
    let number = 0
    for (const raw of text.split('\n')) {
      number++
      const hash = raw.includes('#')
      const line = raw.split('#', 1)[0]!.trim()
      if (line === '') continue
      const section = /^\[(.*)\]$/.exec(line)?.[1]
      if (section !== undefined) {
        this.mentioned.push({ name: section, file, line: number })
        prefix = `${section}.`
        continue
      }
      const name = prefix + line.split('=', 1)[0]!.trim()
      const dot = name.lastIndexOf('.')
      if (line.includes('=') && dot >= prefix.length) {
        this.mentioned.push({ name: name.slice(0, dot), file, line: number })
      }
      const read = this.#readLine({ line, prefix, number, hash })
      if (!read.ok) return read
    }
    return ok(undefined)
  }
}

interface ConfigLine {
  readonly line: string
  /** Of the section, with its dot. */
  readonly prefix: string
  readonly number: number
  /** A comment was cut off. */
  readonly hash: boolean
}

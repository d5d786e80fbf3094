import { join, resolve } from 'node:path'
import { DEPRECATED_LOG_CATEGORIES, LOG_CATEGORIES, type LogFormat, type LogSelection } from '@ply/runtime'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const LEVELS = ['info', 'debug', 'trace'] as const
type Level = (typeof LEVELS)[number]
const EVERYTHING: readonly string[] = ['', '1', 'all']
const NOTHING: readonly string[] = ['0', 'none']

export interface LogSettings {
  /** Undefined: no file. */
  readonly file: string | undefined
  readonly console: boolean
  /** Cut a long file at start. */
  readonly shrink: boolean
  readonly format: LogFormat
  readonly selection: LogSelection
  /** One place in the code must not fill the disk. */
  readonly limited: boolean
  /** Of what was asked for and is no more. */
  readonly warnings: readonly string[]
}

const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text)
const isCategory = (text: string): boolean => LOG_CATEGORIES.includes(text)
const values = `${LEVELS.join(', ')}.`

function readLevels(settings: Settings): Pick<LogSelection, 'level' | 'levels'> {
  const levels = new Map<string, Level>()
  let level: Level = 'debug'
  for (const text of settings.list('loglevel')) {
    const [category = '', name = '', ...more] = text.split(':')
    if (!text.includes(':')) {
      if (!isLevel(text)) {
        throw new OptionError(`Unsupported global logging level -loglevel=${text}. Valid values: ${values}`)
      }
      level = text
    } else if (more.length === 0 && isCategory(category) && isLevel(name)) {
      levels.set(category, name)
    } else {
      throw new OptionError(
        `Unsupported category-specific logging level -loglevel=${text}. Expected -loglevel=<category>:<loglevel>. Valid categories: ${LOG_CATEGORIES.join(', ')}. Valid loglevels: ${values}`,
      )
    }
  }
  return { level, levels }
}

interface Categories {
  readonly names: readonly string[]
  readonly warnings: readonly string[]
}

function readCategories(settings: Settings, option: 'debug' | 'debugexclude'): Categories {
  const all = settings.list(option)
  const categories = option === 'debug' ? all.slice(all.findLastIndex((name) => NOTHING.includes(name)) + 1) : all
  const warnings = categories.flatMap((name) => DEPRECATED_LOG_CATEGORIES.get(name) ?? [])
  const names = categories.flatMap((name) => {
    if (EVERYTHING.includes(name)) return [...LOG_CATEGORIES]
    if (DEPRECATED_LOG_CATEGORIES.has(name)) return []
    if (!isCategory(name)) throw new OptionError(`Unsupported logging category -${option}=${name}.`)
    return [name]
  })
  return { names, warnings }
}

/** What the log holds, and where it goes. */
export function readLogSettings(settings: Settings, folder: string): LogSettings {
  const included = readCategories(settings, 'debug')
  const excluded = readCategories(settings, 'debugexclude')
  const categories = new Set(included.names.filter((name) => !excluded.names.includes(name)))
  const named = settings.text('debuglogfile')
  return {
    file: settings.isNegated('debuglogfile') ? undefined : resolve(folder, named || join(folder, 'debug.log')),
    console: settings.flag('printtoconsole', !settings.flag('daemon', false)),
    shrink: settings.flag('shrinkdebugfile', categories.size === 0),
    format: {
      timestamps: settings.flag('logtimestamps', true),
      microseconds: settings.flag('logtimemicros', false),
      threadNames: settings.flag('logthreadnames', false),
      sourceLocations: settings.flag('logsourcelocations', false),
      alwaysLevel: settings.flag('loglevelalways', false),
    },
    selection: { categories, ...readLevels(settings) },
    limited: settings.flag('logratelimit', true),
    warnings: [...included.warnings, ...excluded.warnings],
  }
}

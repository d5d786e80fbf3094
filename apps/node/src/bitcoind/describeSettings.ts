import { type JsonObject, stringifyJson } from '@ply/rpc'
import type { SettingMap, SettingSources } from './settings.ts'
import { findOption } from './table/table.ts'

function describe(words: string, settings: SettingMap): string[] {
  return [...settings]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => {
      const secret = findOption(name)?.secret === true
      return values.map((value) => `${words}${name}=${secret ? '****' : JSON.stringify(value)}`)
    })
}

/** Every setting and where it comes from, for the log; without what is secret. */
export function describeSettings(
  { commandLine, config }: Pick<SettingSources, 'commandLine' | 'config'>,
  dynamic: JsonObject,
): string[] {
  const sections = [...config].sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    ...sections.flatMap(([section, settings]) =>
      describe(`Config file arg: ${section === '' ? '' : `[${section}] `}`, settings),
    ),
    ...Object.entries(dynamic).map(([name, value]) => `Setting file arg: ${name} = ${stringifyJson(value)}`),
    ...describe('Command-line arg: ', commandLine),
  ]
}

import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { err, ok, type Result } from '@ply/bytes'
import { dataFolder, defaultDataDirectory } from '@ply/layer1-node'
import type { NetworkName } from '@ply/primitives'
import { chooseChain } from './chainOption.ts'
import { describeSettings } from './describeSettings.ts'
import { readDynamicSettings } from './dynamicSettings.ts'
import { ConfigFiles, parseCommandLine } from './parse.ts'
import { Settings, type SettingMap } from './settings.ts'
import { NETWORK_ONLY_OPTIONS } from './table/table.ts'

export interface ReadSettings {
  readonly settings: Settings
  readonly network: NetworkName
  readonly directory: string
  /** Said before the log is open: they go there first. */
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
const lastText = (map: SettingMap, name: string): string | undefined => {
  const value = map.get(name)?.at(-1)
  return typeof value === 'string' && value !== '' ? value : undefined
}
const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

/** Reads the configuration file and what it includes. */
function readConfigFiles(commandLine: SettingMap, directory: string, files: ConfigFiles): Result<string[], string> {
  if (commandLine.get('conf')?.at(-1) === false) return ok(['Config file: <disabled>'])
  const named = lastText(commandLine, 'conf')
  const path = resolve(directory, named ?? 'bitcoin.conf')
  if (isDirectory(path)) return err(`Config file ${quote(path)} is a directory.`)
  if (!existsSync(path)) {
    if (named !== undefined) return err(`specified config file ${quote(path)} could not be opened.`)
    return ok([`Config file: ${path} (not found, skipping)`])
  }
  const notes = [`Config file: ${path}`]
  const read = files.read(readFileSync(path, 'utf8'), path)
  if (!read.ok) return read
  if (commandLine.has('includeconf')) return ok(notes)
  const network = chooseChain(commandLine, files.sections.get(''))
  if (!network.ok) return network
  const includes = (): string[] =>
    [network.value, ''].flatMap((section) => {
      const values = files.sections.get(section)?.get('includeconf') ?? []
      return values.slice(values.lastIndexOf(false) + 1).map(String)
    })
  const first = includes()
  for (const name of first) {
    const included = isAbsolute(name) ? name : join(directory, name)
    if (isDirectory(included)) return err(`Included config file ${quote(included)} is a directory.`)
    if (!existsSync(included)) return err(`Failed to include configuration file ${name}`)
    const more = files.read(readFileSync(included, 'utf8'), name)
    if (!more.ok) return more
    notes.push(`Included configuration file ${name}`)
  }
  for (const name of includes().filter((each) => !first.includes(each))) {
    process.stderr.write(`warning: -includeconf cannot be used from included files; ignoring -includeconf=${name}\n`)
  }
  return ok(notes)
}

/** Tells of a bitcoin.conf in the data directory that is not the one in use. */
function checkIgnoredFile(
  settings: Settings,
  commandLine: SettingMap,
  directory: string,
  first: string,
): string | undefined {
  const inDirectory = join(directory, 'bitcoin.conf')
  if (settings.isNegated('conf') || !existsSync(inDirectory)) return undefined
  const named = lastText(commandLine, 'conf')
  const used = resolve(first, named ?? 'bitcoin.conf')
  if (used === inDirectory) return undefined
  const source =
    named === undefined ? `data directory ${quote(first)}` : `command line argument ${quote(`-conf=${named}`)}`
  return [
    `Data directory ${quote(directory)} contains a "bitcoin.conf" file which is ignored, because a different configuration file ${quote(used)} from ${source} is being used instead. Possible ways to address this would be to:`,
    `- Delete or rename the "bitcoin.conf" file in data directory ${quote(directory)}.`,
    '- Change datadir= or conf= options to specify one configuration file, not two, and use includeconf= to include any other configuration files.',
  ].join('\n')
}

/** `-nox=0` says x, and perhaps not what was meant. */
function describeDoubleNegatives(maps: Iterable<SettingMap>): string[] {
  return [...maps].flatMap((map) =>
    [...map]
      .filter(([, values]) => values.includes(true))
      .map(([name]) => `Parsed potentially confusing double-negative -${name}=0`),
  )
}

/** New folders have an empty one for wallets, as bitcoind makes it. */
function createFolders(directory: string, root: string): void {
  for (const folder of [directory, root]) {
    if (!existsSync(folder)) mkdirSync(join(folder, 'wallets'), { recursive: true })
  }
}

/** Everything that the command line and the files say. Violation: what bitcoind says behind `Error: `. */
export function readSettings(args: readonly string[]): Result<ReadSettings, string> {
  const parsed = parseCommandLine(args)
  if (!parsed.ok) return parsed
  const commandLine = parsed.value
  const named = lastText(commandLine, 'datadir')
  if (named !== undefined && !isDirectory(named)) return err(`Specified data directory ${quote(named)} does not exist.`)
  const first = resolve(named ?? defaultDataDirectory())

  const files = new ConfigFiles()
  const notes = readConfigFiles(commandLine, first, files)
  if (!notes.ok) return err(`Error reading configuration file: ${notes.error}`)
  const configured = files.sections.get('')?.get('datadir')?.[0]
  const directory = named === undefined && typeof configured === 'string' ? resolve(configured) : first
  if (directory !== first && !isDirectory(directory)) {
    return err(
      `Error reading configuration file: specified data directory ${quote(String(configured))} does not exist.`,
    )
  }
  const network = chooseChain(commandLine, files.sections.get(''))
  if (!network.ok) return network

  const sources = { commandLine, dynamic: new Map(), config: files.sections }
  const section = network.value
  const fixed = new Settings(sources, section, NETWORK_ONLY_OPTIONS)
  const ignored = checkIgnoredFile(fixed, commandLine, directory, first)
  if (ignored !== undefined && !fixed.flag('allowignoredconf', false)) {
    return err(`${ignored}\n- Set allowignoredconf=1 option to treat this condition as a warning, not an error.`)
  }
  const { root } = dataFolder(directory, section)
  createFolders(directory, root)
  const dynamic = readDynamicSettings(fixed, root)
  if (!dynamic.ok) return dynamic
  const settings = new Settings({ ...sources, dynamic: dynamic.value.settings }, section, NETWORK_ONLY_OPTIONS)
  const ignoredKeys = dynamic.value.unknown.map((name) => `Ignoring unknown rw_settings value ${name}`)
  const sections: readonly string[] = ['main', 'test', 'testnet4', 'signet', 'regtest']
  const unknown = files.mentioned
    .filter(({ name }) => !sections.includes(name))
    .map(({ name, file, line }) => `${file}:${line} Section [${name}] is not recognized.`)
  return ok({
    settings,
    network: section,
    directory,
    notes: [...notes.value, ...describeSettings(sources, dynamic.value.object)],
    warnings: [
      ...describeDoubleNegatives([commandLine, ...files.sections.values()]),
      ...(ignored === undefined ? [] : [ignored]),
      ...files.warnings,
      ...ignoredKeys,
      ...unknown,
    ],
  })
}

import { err, ok, type Result } from '@ply/bytes'
import type { NetworkName } from '@ply/primitives'
import { readFlag, type SettingMap, type SettingValue } from './settings.ts'

const FLAGS = ['regtest', 'signet', 'testnet', 'testnet4'] as const
const FLAG_CHAINS: Readonly<Record<(typeof FLAGS)[number], string>> = {
  regtest: 'regtest',
  signet: 'signet',
  testnet: 'test',
  testnet4: 'testnet4',
}
const CHAINS: readonly string[] = ['main', 'testnet4', 'signet', 'regtest'] satisfies NetworkName[]

const isNetwork = (name: string): name is NetworkName => CHAINS.includes(name)

/** The last value, also in a file; a negation on the command line leaves the file's in force. */
function lastValue(name: string, maps: readonly (SettingMap | undefined)[]): SettingValue | undefined {
  for (const [at, map] of maps.entries()) {
    const value = map?.get(name)?.at(-1)
    if (value === undefined || (value === false && at === 0)) continue
    return value
  }
  return undefined
}

/** Which network these settings choose; mainnet if none. Violation: bitcoind's words. */
export function chooseChain(
  commandLine: SettingMap,
  defaultSection: SettingMap | undefined,
): Result<NetworkName, string> {
  const maps = [commandLine, defaultSection]
  const isOn = (name: string): boolean => {
    const value = lastValue(name, maps)
    return typeof value === 'string' ? readFlag(value) : (value ?? false)
  }
  const flags = FLAGS.filter(isOn)
  const chain = lastValue('chain', maps)
  if (flags.length + (chain === undefined ? 0 : 1) > 1) {
    return err('Invalid combination of -regtest, -signet, -testnet, -testnet4 and -chain. Can use at most one.')
  }
  const name = flags[0] === undefined ? String(chain ?? 'main') : FLAG_CHAINS[flags[0]]
  return isNetwork(name) ? ok(name) : err(`Unknown chain ${name}.`)
}

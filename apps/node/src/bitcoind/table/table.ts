import { CONNECTION_OPTIONS, ZMQ_OPTIONS } from './connection.ts'
import { CHAIN_OPTIONS, DEBUG_OPTIONS } from './debug.ts'
import { GENERAL_OPTIONS } from './general.ts'
import type { OptionCategory, OptionEntry } from './option.ts'
import { MINING_OPTIONS, RELAY_OPTIONS } from './policy.ts'
import { HIDDEN_OPTIONS, PLY_OPTIONS, RPC_OPTIONS } from './rpc.ts'
import { WALLET_OPTIONS } from './wallet.ts'

/** Every option by heading, in the order of `-help`. */
export const OPTION_TABLE: readonly (readonly [OptionCategory, readonly OptionEntry[]])[] = [
  ['Options', GENERAL_OPTIONS],
  ['Connection options', CONNECTION_OPTIONS],
  ['ZeroMQ notification options', ZMQ_OPTIONS],
  ['Debugging/Testing options', DEBUG_OPTIONS],
  ['Chain selection options', CHAIN_OPTIONS],
  ['Node relay options', RELAY_OPTIONS],
  ['Block creation options', MINING_OPTIONS],
  ['RPC server options', RPC_OPTIONS],
  ['Wallet options', WALLET_OPTIONS],
  ['Ply options', PLY_OPTIONS],
  ['Hidden options', HIDDEN_OPTIONS],
]

const byName = new Map(OPTION_TABLE.flatMap(([, entries]) => entries.map((entry) => [entry.name, entry] as const)))

export const findOption = (name: string): OptionEntry | undefined => byName.get(name)

/** Names that the file sets for mainnet alone, unless they stand in the network's section. */
export const NETWORK_ONLY_OPTIONS: readonly string[] = [...byName.values()]
  .filter(({ networkOnly }) => networkOnly === true)
  .map(({ name }) => name)

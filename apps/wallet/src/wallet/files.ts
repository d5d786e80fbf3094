import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '@ply/runtime'
import { loadWalletState, parseSeedEnvelope, saveWalletState, type SeedEnvelope, type WalletState } from '@ply/wallet'
import { CliError } from '../exitCode.ts'
import type { GlobalOptions } from '../options.ts'

/** Where a wallet lies: `<datadir>/<network>/<wallet>/`. */
export interface WalletFolder {
  readonly root: string
  readonly seed: string
  readonly state: string
  readonly lock: string
}

export function walletFolder({ datadir, network, wallet }: GlobalOptions): WalletFolder {
  const root = join(datadir, network.name, wallet)
  return { root, seed: join(root, 'seed.json'), state: join(root, 'state.json'), lock: join(root, '.lock') }
}

/** A wallet's state, and what of the mempool was looked at already. */
export interface StoredWallet {
  readonly state: WalletState
  readonly seenMempool: ReadonlySet<string>
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

export async function walletExists(folder: WalletFolder): Promise<boolean> {
  try {
    await stat(folder.seed)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function readJson(path: string, options: GlobalOptions): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new CliError(
      `no wallet '${options.wallet}' on ${options.network.name} in ${options.datadir}: make one with 'ply create'`,
    )
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new CliError(`${path} is damaged: not JSON`)
  }
}

export async function readSeed(options: GlobalOptions): Promise<SeedEnvelope> {
  const path = walletFolder(options).seed
  const envelope = parseSeedEnvelope(await readJson(path, options))
  if (!envelope.ok) throw new CliError(`${path} cannot be used: ${envelope.error.message}`)
  return envelope.value
}

export async function readState(options: GlobalOptions): Promise<StoredWallet> {
  const path = walletFolder(options).state
  const value = await readJson(path, options)
  const state = loadWalletState(value)
  if (!state.ok) throw new CliError(`${path} cannot be used: ${state.error.message}`)
  const seen = (value as { seenMempool?: unknown }).seenMempool
  const seenMempool = Array.isArray(seen) ? seen.filter((txid): txid is string => typeof txid === 'string') : []
  return { state: state.value, seenMempool: new Set(seenMempool) }
}

/**
 * Writes a wallet's state, unless `written` is what stands there already. Files are for the owner's eyes only, and
 * appear whole or not at all. Returns what stands there now.
 */
export async function writeState(
  options: GlobalOptions,
  { state, seenMempool }: StoredWallet,
  written?: string,
): Promise<string> {
  const text = JSON.stringify({ ...(saveWalletState(state) as object), seenMempool: [...seenMempool] }) + '\n'
  if (text !== written) await writeFileAtomic(walletFolder(options).state, text, 0o600)
  return text
}

/** Makes the folder of a wallet, where its lock can lie. */
export async function createWalletFolder(options: GlobalOptions): Promise<void> {
  await mkdir(walletFolder(options).root, { recursive: true, mode: 0o700 })
}

/**
 * Writes a new wallet, its seed last: a wallet exists from the moment that its seed does. To be called with the lock
 * held, so that not two processes make one wallet, each with its own words.
 */
export async function writeNewWallet(options: GlobalOptions, seed: SeedEnvelope, state: WalletState): Promise<void> {
  const folder = walletFolder(options)
  if (await walletExists(folder)) throw new CliError(`wallet '${options.wallet}' exists already in ${folder.root}`)
  await writeState(options, { state, seenMempool: new Set() })
  await writeFileAtomic(folder.seed, JSON.stringify(seed, null, 2) + '\n', 0o600)
}

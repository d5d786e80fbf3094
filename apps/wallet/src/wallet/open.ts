import { RpcConnectionError } from '@ply/rpc'
import { openSeed, SCRIPT_TYPES, SecretKeys } from '@ply/wallet'
import { decodeUtf8, unwrap } from '@ply/bytes'
import { CliError } from '../exitCode.ts'
import { askPassphrase, givenPassphrase } from '../input/secret.ts'
import { connectNode } from '../node/connect.ts'
import { Layer1Node } from '../node/layer1.ts'
import { printNote, type Session } from '../session.ts'
import { readSeed, readState, type StoredWallet, writeState } from './files.ts'
import { withWalletLock } from './lock.ts'
import { syncWallet } from './sync.ts'

/** Cost of the seed file of a wallet without a passphrase: there is nothing to protect, so it opens at once. */
export const NO_PASSPHRASE_COST = { N: 1 << 10, r: 8, p: 1 } as const

/** What a command does with the wallet; what it changes in the state is kept. */
export interface WalletTask<T> {
  (wallet: StoredWallet & { readonly node: Layer1Node }): Promise<T>
}

/** What is done to a wallet before it is brought up to the node. */
export type Preparation = (stored: StoredWallet, node: Layer1Node) => Promise<StoredWallet>

/** Opens the wallet, brings it up to the node, runs `task` and saves. Nobody else changes the wallet meanwhile. */
export async function withSyncedWallet<T>(
  session: Session,
  task: WalletTask<T>,
  prepare: Preparation = (stored) => Promise.resolve(stored),
): Promise<T> {
  return withWalletLock(session, async () => {
    const client = connectNode(session.options)
    try {
      const node = new Layer1Node(client)
      const stored = await prepare(await readState(session.options), node)
      const synced = await syncWallet(session, node, stored)
      const written = await writeState(session.options, synced)
      const result = await task({ ...synced, node })
      await writeState(session.options, synced, written)
      return result
    } finally {
      client.close()
    }
  })
}

/** As {@link withSyncedWallet}, but goes on with what the wallet knows where no node answers. */
export async function withWallet<T>(session: Session, task: (wallet: StoredWallet) => T): Promise<T> {
  return withWalletLock(session, async () => {
    let stored = await readState(session.options)
    const client = connectNode(session.options)
    try {
      stored = await syncWallet(session, new Layer1Node(client), stored)
    } catch (error) {
      if (!(error instanceof RpcConnectionError)) throw error
      printNote(session, `warning: ${error.message}; showing what the wallet knew last`)
    } finally {
      client.close()
    }
    const result = task(stored)
    await writeState(session.options, stored)
    return result
  })
}

/** The wallet's secret keys. Asks for the passphrase unless the wallet has none. */
export async function unlockKeys(session: Session): Promise<SecretKeys> {
  const envelope = await readSeed(session.options)
  let secret = envelope.kdf.N <= NO_PASSPHRASE_COST.N ? openSeed(envelope, '') : undefined
  if (!secret?.ok) {
    const given = await givenPassphrase(session)
    secret = openSeed(envelope, given ?? (await askPassphrase(session)))
  }
  if (!secret.ok) throw new CliError(secret.error.message)
  const keys = SecretKeys.fromMnemonic(unwrap(decodeUtf8(secret.value)), {
    network: session.options.network,
    types: SCRIPT_TYPES,
  })
  if (!keys.ok) throw new CliError('the seed file holds no recovery words')
  return keys.value
}

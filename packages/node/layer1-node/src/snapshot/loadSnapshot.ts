import { type FileHandle, rm } from 'node:fs/promises'
import { equalBytes, err, ok, type Result } from '@ply/bytes'
import type { BlockNode, SnapshotMetadata } from '@ply/chain'
import type { Logger } from '@ply/ports'
import { type AssumeutxoData, hashToDisplay } from '@ply/primitives'
import { openLevelStore } from '@ply/storage'
import type { Snapshot } from '../chain/assumedCoins.ts'
import type { ChainManager } from '../chain/chainManager.ts'
import type { DataFolder } from '../storage/dataFolder.ts'
import { writeBase } from './baseFile.ts'
import { hashCoins } from './hashCoins.ts'
import { populateStore } from './populateStore.ts'
import { createSnapshot } from './storedSnapshot.ts'

export interface SnapshotTarget {
  readonly chain: ChainManager
  readonly folder: DataFolder
  readonly logger: Logger
  /** Transactions that wait for a block: they were judged by the coins that are there now. */
  waiting(): number
  /** Aborted when the node is about to stop. */
  readonly signal: AbortSignal
}

/** A file that stands behind what it says about its coins. */
export interface SnapshotFile {
  readonly metadata: SnapshotMetadata
  readonly file: FileHandle
}

const MEMPOOL_IN_USE = "Can't activate a snapshot when mempool not empty"

/** The facts about a snapshot that may be loaded now, or why it may not, in Bitcoin Core's words. */
function checkBase(
  { chain, waiting }: SnapshotTarget,
  { base: hash }: SnapshotMetadata,
): Result<AssumeutxoData, string> {
  const { assumeutxo } = chain.parameters
  if (chain.snapshotBase) return err("Can't activate a snapshot-based chainstate more than once")
  const shown = hashToDisplay(hash)
  const data = assumeutxo.find(({ blockHash }) => equalBytes(blockHash, hash))
  if (!data) {
    const heights = assumeutxo.map(({ height }) => height).join(', ')
    const available = `The following snapshot heights are available: ${heights}`
    return err(`assumeutxo block hash in snapshot metadata not recognized (hash: ${shown}). ${available}`)
  }
  const base = chain.find(hash)
  if (!base) {
    const advice = 'Make sure all headers are syncing, and call loadtxoutset again'
    return err(`The base block header (${shown}) must appear in the headers chain. ${advice}`)
  }
  if (base.failed) return err(`The base block header (${shown}) is part of an invalid chain`)
  if (chain.tree.bestHeader.ancestor(base.height) !== base) {
    const reason = 'A forked headers-chain with more work than the chain with the snapshot base block header exists.'
    return err(`${reason} Please proceed to sync without AssumeUtxo.`)
  }
  if (waiting() > 0) return err(MEMPOOL_IN_USE)
  const [needy] = chain.everyBlockFor
  if (needy !== undefined) return err(`${needy} needs every block: start without it`)
  if (base.chainWork <= chain.tip.chainWork) return populationFailed('Work does not exceed active chainstate')
  return ok(data)
}

const populationFailed = (reason: string): Result<never, string> => err(`Population failed: ${reason}`)

/** Reads the coins into the store of a snapshot; they must be those that the network's parameters vouch for. */
async function populate(
  { store, data }: Snapshot,
  { file, metadata }: SnapshotFile,
  { logger, signal }: SnapshotTarget,
): Promise<Result<undefined, string>> {
  const base = hashToDisplay(metadata.base)
  logger.log('info', `[snapshot] loading ${metadata.coins} coins from snapshot ${base}`)
  const expected = { ...metadata, height: data.height }
  const populated = await populateStore(store, file, { expected, signal })
  if (!populated.ok) return populationFailed(populated.error)
  logger.log('info', `[snapshot] loaded ${metadata.coins} coins from snapshot ${base}`)
  const { hash } = await hashCoins(store, signal)
  if (equalBytes(hash, data.coinsHash)) return ok(undefined)
  const [wanted, found] = [hashToDisplay(data.coinsHash), hashToDisplay(hash)]
  return populationFailed(`Bad snapshot content hash: expected ${wanted}, got ${found}`)
}

/**
 * Loads coins from a file, and lets the chain go on from them at once, while it checks the blocks up to them behind its tip.
 * Fails in Bitcoin Core's words; then everything is as before.
 */
export async function loadSnapshot(target: SnapshotTarget, from: SnapshotFile): Promise<Result<BlockNode, string>> {
  const { chain, folder, signal } = target
  const checked = checkBase(target, from.metadata)
  if (!checked.ok) return checked
  const path = folder.chainstateSnapshot
  await rm(path, { recursive: true, force: true })
  const snapshot = createSnapshot(folder, await openLevelStore(path), checked.value)
  const adopted = await populate(snapshot, from, target)
    .then((populated) => (populated.ok ? chain.adoptCoins(snapshot, commit) : populated))
    .catch((error: unknown) => {
      if (signal.aborted) return populationFailed('Aborting after an interrupt was requested')
      throw error
    })
  if (adopted.ok) return adopted
  await snapshot.store.close()
  await rm(path, { recursive: true, force: true })
  return adopted

  async function commit(): Promise<string | undefined> {
    if (target.waiting() > 0) return MEMPOOL_IN_USE
    return writeBase(path, from.metadata.base).then(
      () => undefined,
      () => 'could not write base blockhash',
    )
  }
}

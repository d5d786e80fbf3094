import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { equalBytes } from '@ply/bytes'
import { TIP_KEY } from '@ply/chain'
import type { Logger, Store } from '@ply/ports'
import { type AssumeutxoData, hashToDisplay, type NetworkParameters } from '@ply/primitives'
import type { Snapshot } from '../chain/assumedCoins.ts'
import { SnapshotError } from '../chain/snapshotError.ts'
import type { DataFolder } from '../storage/dataFolder.ts'
import { readBase } from './baseFile.ts'
import { hashCoins } from './hashCoins.ts'

type Folders = Pick<DataFolder, 'chainstate' | 'chainstateSnapshot'>

const leftover = ({ chainstate }: Folders): string => `${chainstate}_todelete`

/**
 * What the coins that are on disk beside the checked ones are as of; undefined without such coins. Those that were not
 * loaded as a whole do not count. Rejects with {@link SnapshotError} for a block whose coins nobody vouches for.
 */
export async function findSnapshot(
  { chainstateSnapshot: folder }: Folders,
  { assumeutxo }: NetworkParameters,
  logger: Logger,
): Promise<AssumeutxoData | undefined> {
  if (!existsSync(folder)) return undefined
  const base = await readBase(folder)
  if (!base) {
    const words = `snapshot chainstate dir is malformed! no base blockhash file exists at path ${folder}`
    logger.log('warn', `[snapshot] ${words}. Try deleting ${folder} and calling loadtxoutset again?`)
    return undefined
  }
  const data = assumeutxo.find(({ blockHash }) => equalBytes(blockHash, base))
  if (data) {
    logger.log('info', `[snapshot] detected active snapshot chainstate (${folder}) - loading`)
    return data
  }
  const words = `Assumeutxo data not found for the given blockhash '${hashToDisplay(base)}'.`
  logger.log('error', words)
  throw new SnapshotError(words)
}

/**
 * Whether all blocks under a snapshot were checked, by the coins that they led to. Where those are others, the snapshot is set
 * aside: rejects with {@link SnapshotError}.
 */
export async function isProven(
  folders: Folders,
  checked: Store,
  { data: { blockHash, coinsHash }, logger }: { readonly data: AssumeutxoData; readonly logger: Logger },
): Promise<boolean> {
  const tip = await checked.get(TIP_KEY)
  if (!tip || !equalBytes(tip, blockHash)) return false
  logger.log('info', '[snapshot] computing UTXO stats for background chainstate to validate snapshot')
  const { hash } = await hashCoins(checked, new AbortController().signal)
  if (equalBytes(hash, coinsHash)) return true
  const [actual, expected] = [hashToDisplay(hash), hashToDisplay(coinsHash)]
  logger.log('warn', `[snapshot] hash mismatch: actual=${actual}, expected=${expected}`)
  await setAside(folders)
  throw new SnapshotError(
    'UTXO snapshot failed to validate. Restart to resume normal initial block download, or try loading a different snapshot.',
  )
}

/** Puts the coins of a snapshot whose history was checked in the place of those that it was checked with. */
export async function replaceChecked(folders: Folders, logger: Logger): Promise<void> {
  logger.log('info', '[snapshot] cleaning up unneeded background chainstate, then reinitializing')
  await rm(leftover(folders), { recursive: true, force: true })
  await rename(folders.chainstate, leftover(folders))
  await finishReplacing(folders)
}

/** Ends what a process that died left of {@link replaceChecked}: once the old coins are aside, their work is done. */
export async function finishReplacing(folders: Folders): Promise<void> {
  const { chainstate, chainstateSnapshot } = folders
  if (!existsSync(leftover(folders))) return
  if (!existsSync(chainstate)) await rename(chainstateSnapshot, chainstate)
  await rm(leftover(folders), { recursive: true, force: true })
}

/** The coins in the folder of a snapshot, which are open. */
export const createSnapshot = (folders: Folders, store: Store, data: AssumeutxoData): Snapshot => ({
  store,
  data,
  discard: async () => {
    await store.close()
    await setAside(folders)
  },
})

/** Takes coins aside that are not what the blocks lead to. */
async function setAside({ chainstateSnapshot }: Folders): Promise<void> {
  await rm(`${chainstateSnapshot}_INVALID`, { recursive: true, force: true })
  await rename(chainstateSnapshot, `${chainstateSnapshot}_INVALID`)
}

/** What is built anew from the blocks begins without a snapshot. */
export async function deleteSnapshot({ chainstateSnapshot }: Folders, logger: Logger): Promise<void> {
  if (!existsSync(chainstateSnapshot)) return
  logger.log('info', '[snapshot] deleting snapshot chainstate due to reindexing')
  await rm(chainstateSnapshot, { recursive: true, force: true })
}

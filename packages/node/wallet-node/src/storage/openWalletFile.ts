import { DecodeError } from '@ply/bytes'
import { LockError } from '@ply/storage'
import { WalletOpenError } from '../walletOpenError.ts'
import { isLegacyWallet } from './legacyWallet.ts'
import type { WalletFile } from './walletFile.ts'
import { exists, holdsWallet, type WalletPath } from './walletPath.ts'

/** Throws in Bitcoin Core's words where there is no wallet that can be loaded. */
export async function checkLoadable({ path, file }: WalletPath): Promise<void> {
  const failed = `Failed to load database path '${path}'.`
  if (!(await exists(path))) throw new WalletOpenError('missing', `${failed} Path does not exist.`)
  if (await isLegacyWallet(file)) {
    const advice =
      'The wallet appears to be a Legacy wallet, please use Bitcoin Core to migrate it (migratewallet RPC).'
    throw new WalletOpenError('verification', `${failed} ${advice}`)
  }
  if (await holdsWallet(file)) return
  throw new WalletOpenError('missing', `${failed} Data is not in recognized format.`)
}

/** Opens or makes a file; what is wrong with it has Bitcoin Core's words. */
export async function openWalletFile({ path }: WalletPath, open: () => Promise<WalletFile>): Promise<WalletFile> {
  try {
    return await open()
  } catch (error) {
    if (error instanceof LockError) {
      throw new WalletOpenError(
        'verification',
        'SQLiteDatabase: Unable to obtain an exclusive lock on the database, is it being used by another instance of Ply?',
      )
    }
    if (error instanceof DecodeError) throw new WalletOpenError('loading', `Error reading ${path}: ${error.message}`)
    throw new WalletOpenError('verification', error instanceof Error ? error.message : String(error))
  }
}

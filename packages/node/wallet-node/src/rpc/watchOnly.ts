import { open } from 'node:fs/promises'
import { type JsonOutput, param, type RpcArguments, type RpcMethod } from '@ply/rpc'
import { copyWatchOnly, DescriptorWallet } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { encodeWallet } from '../storage/walletCodec.ts'
import { encodeWalletFile } from '../storage/walletFileCodec.ts'
import { walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { walletMethod } from './walletMethod.ts'

async function exportWatchOnly(args: RpcArguments, { wallet }: NodeWallet): Promise<JsonOutput> {
  wallet.book.topUp()
  const destination = args.string('destination')
  if (destination === '') throw walletError('Error: Export destination cannot be empty')
  if (wallet.book.all().length === 0) throw walletError('Error: Wallet has no descriptors to export')
  const copy = new DescriptorWallet(copyWatchOnly(wallet), wallet.environment)
  const handle = await open(destination, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw walletError(`Error: Could not create file '${destination}'`)
    throw walletError(`Error: Export destination '${destination}' already exists`)
  })
  try {
    await handle.writeFile(encodeWalletFile(encodeWallet(copy)))
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { exported_file: destination }
}

/** Letting another node watch a wallet. */
export const watchOnlyMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'exportwatchonlywallet',
      help: 'Writes a file with everything but the secret keys, which restorewallet makes a wallet of.',
      params: [param('destination', 'string', 'The file.')],
      handler: exportWatchOnly,
    },
  ].map(walletMethod(host))

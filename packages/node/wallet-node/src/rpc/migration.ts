import { optional, type RpcMethod } from '@ply/rpc'
import { isLegacyWallet } from '../storage/legacyWallet.ts'
import { exists, findWalletPath } from '../storage/walletPath.ts'
import { walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { readWalletName } from './wallets.ts'

const ALREADY = 'Error: This wallet is already a descriptor wallet'
const UNREADABLE =
  'Error: Wallets in Berkeley DB cannot be read here. Migrate this one with Bitcoin Core (migratewallet), list its descriptors there (listdescriptors true), and import them into a new wallet (importdescriptors)'

/** Why a wallet is not migrated. */
async function explain(host: WalletHost, name: string): Promise<string> {
  if (host.get(name)) return ALREADY
  const place = await findWalletPath(host.directory, name)
  if (typeof place === 'string') return place
  if (!(await exists(place.path))) return 'Error: Wallet does not exist'
  return (await isLegacyWallet(place.file)) ? UNREADABLE : ALREADY
}

/** What wallets of old versions of Bitcoin Core become. */
export const migrationMethods = (host: WalletHost): RpcMethod[] => [
  {
    name: 'migratewallet',
    group: 'Wallet',
    help: 'Says why a wallet is not migrated: all that can be loaded have descriptors already, and wallets in Berkeley DB cannot be read here. Bitcoin Core migrates those.',
    params: [
      optional('wallet_name', 'string', 'Its name; by default that of the path.'),
      optional('passphrase', 'string', 'Not used: nothing is decrypted.'),
      optional('load_wallet', 'bool', 'Not used: nothing is loaded.', { default: true }),
    ],
    handler: async (args, context) => {
      throw walletError(await explain(host, readWalletName(args, context)))
    },
  },
]

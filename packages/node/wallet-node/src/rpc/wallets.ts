import { realpath, stat } from 'node:fs/promises'
import { optional, param, RPC_ERROR, type RpcArguments, type RpcContext, RpcError, type RpcMethod } from '@ply/rpc'
import { writeFileAtomic } from '@ply/runtime'
import { encodeWalletFile } from '../storage/walletFileCodec.ts'
import { invalidParameter, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { walletMethod, walletName } from './walletMethod.ts'

const loadOnStartup = optional(
  'load_on_startup',
  'bool',
  'True to load the wallet at every start, false not to, null to leave that as it is.',
)

const startupChoice = (args: RpcArguments): boolean | undefined =>
  args.has('load_on_startup') ? args.boolean('load_on_startup') : undefined

/** The wallet that is named by the path, by an argument, or by both alike. */
export function readWalletName(args: RpcArguments, context: RpcContext): string {
  const ofPath = walletName(context)
  const given = args.has('wallet_name') ? args.string('wallet_name') : undefined
  if (ofPath === undefined && given === undefined) {
    throw invalidParameter('Either the RPC endpoint wallet or the wallet name parameter must be provided')
  }
  if (ofPath !== undefined && given !== undefined && ofPath !== given) {
    throw invalidParameter('The RPC endpoint wallet and the wallet name parameter specify different wallets')
  }
  return ofPath ?? given!
}

const withWarnings = (warnings: readonly string[]) => (warnings.length > 0 ? { warnings } : {})

const createWallet = (host: WalletHost): RpcMethod => ({
  name: 'createwallet',
  group: 'Wallet',
  help: 'Makes a new wallet and loads it.',
  params: [
    param('wallet_name', 'string', 'Its name, and that of its folder.'),
    optional('disable_private_keys', 'bool', 'It watches only.', { default: false }),
    optional('blank', 'bool', 'It has no keys until some are imported.', { default: false }),
    optional('passphrase', 'string', 'Seals its keys.'),
    optional('avoid_reuse', 'bool', 'Keeps apart what comes to addresses that were spent from.', { default: false }),
    optional('descriptors', 'bool', 'Must be true.', { default: true }),
    loadOnStartup,
    optional('external_signer', 'bool', 'Its keys are in what -signer finds; needs disable_private_keys.', {
      default: false,
    }),
  ],
  handler: async (args) => {
    const passphrase = args.string('passphrase', '')
    const warnings =
      args.has('passphrase') && passphrase === ''
        ? ['Empty string given as passphrase, wallet will not be encrypted.']
        : []
    if (!args.boolean('descriptors')) {
      throw walletError(
        'descriptors argument must be set to "true"; it is no longer possible to create a legacy wallet.',
      )
    }
    const flags = {
      disablePrivateKeys: args.boolean('disable_private_keys'),
      blank: args.boolean('blank'),
      avoidReuse: args.boolean('avoid_reuse'),
      externalSigner: args.boolean('external_signer'),
    }
    const wallet = await host.create(args.string('wallet_name'), { flags, passphrase })
    await host.setStartup(wallet.name, startupChoice(args))
    return { name: wallet.name, ...withWarnings(warnings) }
  },
})

const loadWallet = (host: WalletHost): RpcMethod => ({
  name: 'loadwallet',
  group: 'Wallet',
  help: 'Loads a wallet of the wallet folder.',
  params: [param('filename', 'string', 'Its name.'), loadOnStartup],
  handler: async (args) => {
    const wallet = await host.load(args.string('filename'))
    await host.setStartup(wallet.name, startupChoice(args))
    return { name: wallet.name }
  },
})

const unloadWallet = (host: WalletHost): RpcMethod => ({
  name: 'unloadwallet',
  group: 'Wallet',
  help: 'Unloads the wallet that the path or the argument names.',
  params: [optional('wallet_name', 'string', 'Its name.'), loadOnStartup],
  handler: async (args, context) => {
    const wallet = host.get(readWalletName(args, context))
    if (!wallet) {
      throw new RpcError(RPC_ERROR.walletNotFound, 'Requested wallet does not exist or is not loaded')
    }
    if (wallet.rescan.running) {
      throw walletError('Wallet is currently rescanning. Abort existing rescan or wait.')
    }
    await host.setStartup(wallet.name, startupChoice(args))
    await host.unload(wallet)
    return {}
  },
})

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

async function isSameFile(path: string, own: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path)
  return real === (await realpath(own))
}

const backupWallet = (host: WalletHost): RpcMethod =>
  walletMethod(host)({
    name: 'backupwallet',
    help: 'Writes a copy of the wallet to a file.',
    params: [param('destination', 'string', 'The file.')],
    handler: async (args, wallet) => {
      try {
        const path = args.string('destination')
        if (await isFolder(path)) throw new Error('a backup is a file')
        if (await isSameFile(path, wallet.file)) throw new Error('a backup on top of the wallet itself')
        await writeFileAtomic(path, encodeWalletFile(await wallet.rows()), 0o600)
      } catch {
        throw walletError('Error: Wallet backup failed!')
      }
      return null
    },
  })

const restoreWallet = (host: WalletHost): RpcMethod => ({
  name: 'restorewallet',
  group: 'Wallet',
  help: 'Makes a wallet of a backup and loads it.',
  params: [
    param('wallet_name', 'string', 'The name that it gets.'),
    param('backup_file', 'string', 'What backupwallet wrote.'),
    loadOnStartup,
  ],
  handler: async (args) => {
    const wallet = await host.restore(args.string('wallet_name'), args.string('backup_file'))
    await host.setStartup(wallet.name, startupChoice(args))
    return { name: wallet.name }
  },
})

/** Making, loading and keeping wallets. */
export const walletsMethods = (host: WalletHost): RpcMethod[] => [
  createWallet(host),
  loadWallet(host),
  unloadWallet(host),
  backupWallet(host),
  restoreWallet(host),
  {
    name: 'listwallets',
    group: 'Wallet',
    help: 'Names of the loaded wallets.',
    params: [],
    handler: () => host.loaded().map(({ name }) => name),
  },
  {
    name: 'listwalletdir',
    group: 'Wallet',
    help: 'Wallets of the wallet folder, loaded or not.',
    params: [],
    handler: async () => ({ wallets: (await host.stored()).map((name) => ({ name, warnings: [] })) }),
  },
]

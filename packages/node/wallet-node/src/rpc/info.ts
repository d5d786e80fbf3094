import { hashToDisplay } from '@ply/primitives'
import { btcAmount, type JsonOutput, optional, param, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { computeWalletBalances } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { walletMethod } from './walletMethod.ts'

/** What Bitcoin Core still shows of a version that means nothing any more. */
const WALLET_VERSION = 169900

/** The block that an answer is true for. */
export const lastProcessedBlock = (wallet: NodeWallet) => ({
  hash: hashToDisplay(wallet.tipHash),
  height: wallet.wallet.ledger.height,
})

function flagNames({ wallet }: NodeWallet): string[] {
  const { avoidReuse, disablePrivateKeys, blank, externalSigner } = wallet.flags
  return [
    ...(avoidReuse ? ['avoid_reuse'] : []),
    'last_hardened_xpub_cached',
    ...(disablePrivateKeys ? ['disable_private_keys'] : []),
    ...(blank ? ['blank'] : []),
    'descriptor_wallet',
    ...(externalSigner ? ['external_signer'] : []),
  ]
}

function walletInfo(owner: NodeWallet): JsonOutput {
  const { wallet } = owner
  const scan = owner.rescan.status()
  return {
    walletname: owner.name,
    walletversion: WALLET_VERSION,
    format: 'leveldb',
    txcount: [...wallet.ledger.log.all()].length,
    keypoolsize: wallet.book.keypoolSize(false),
    keypoolsize_hd_internal: wallet.book.keypoolSize(true),
    unlocked_until: wallet.ring.isEncrypted ? owner.unlockedUntil : undefined,
    private_keys_enabled: !wallet.flags.disablePrivateKeys,
    avoid_reuse: wallet.flags.avoidReuse,
    scanning: scan ? { ...scan } : false,
    descriptors: true,
    external_signer: wallet.flags.externalSigner === true,
    blank: wallet.flags.blank,
    birthtime: wallet.birthTime(),
    flags: flagNames(owner),
    lastprocessedblock: lastProcessedBlock(owner),
  }
}

/** Whether to leave out addresses that were spent from; error -4 where the wallet does not keep them apart. */
export function readAvoidReuse(args: RpcArguments, { wallet }: NodeWallet): boolean {
  const can = wallet.flags.avoidReuse
  const avoid = args.boolean('avoid_reuse', can)
  if (avoid && !can) throw walletError('wallet does not have the "avoid reuse" feature enabled')
  return avoid
}

function balance(args: RpcArguments, owner: NodeWallet): JsonOutput {
  if (args.string('dummy') !== '*') {
    throw new RpcError(-32, 'dummy first argument must be excluded or set to "*".')
  }
  const minDepth = args.integer('minconf')
  const avoidReuse = readAvoidReuse(args, owner)
  return btcAmount(computeWalletBalances(owner.wallet, { minDepth, avoidReuse }).trusted)
}

function balances(owner: NodeWallet): JsonOutput {
  const sums = computeWalletBalances(owner.wallet, { includeNonMempool: true })
  return {
    mine: {
      trusted: btcAmount(sums.trusted),
      untrusted_pending: btcAmount(sums.untrustedPending),
      immature: btcAmount(sums.immature),
      nonmempool: btcAmount(sums.nonMempool),
      used: owner.wallet.flags.avoidReuse ? btcAmount(sums.used) : undefined,
    },
    lastprocessedblock: lastProcessedBlock(owner),
  }
}

const FLAGS = [
  'avoid_reuse',
  'blank',
  'descriptor_wallet',
  'disable_private_keys',
  'external_signer',
  'key_origin_metadata',
  'last_hardened_xpub_cached',
]
const REUSE_CAVEAT =
  'You need to rescan the blockchain in order to correctly mark used destinations in the past. Until this is done, some destinations may be considered unused, even if the opposite is the case.'

function setFlag(args: RpcArguments, { wallet }: NodeWallet): JsonOutput {
  const flag = args.string('flag')
  const value = args.boolean('value')
  if (!FLAGS.includes(flag)) throw invalidParameter(`Unknown wallet flag: ${flag}`)
  if (flag !== 'avoid_reuse') throw invalidParameter(`Wallet flag is immutable: ${flag}`)
  if (wallet.flags.avoidReuse === value) throw invalidParameter(`Wallet flag is already set to ${value}: ${flag}`)
  wallet.setFlags({ avoidReuse: value })
  return { flag_name: flag, flag_state: value, warnings: value ? REUSE_CAVEAT : undefined }
}

/** What a wallet is and has. */
export const infoMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'getwalletinfo',
      help: 'What the wallet is, and how far it is.',
      params: [],
      handler: (_args: RpcArguments, wallet: NodeWallet) => walletInfo(wallet),
    },
    {
      name: 'getbalance',
      help: 'What the wallet can spend.',
      params: [
        optional('dummy', 'string', 'Must be "*" if it is there.', { default: '*' }),
        optional('minconf', 'number', 'Only what has so many confirmations.', { default: 0 }),
        optional('include_watchonly', 'bool', 'Not used.'),
        optional('avoid_reuse', 'bool', 'Leave out addresses that were spent from.'),
      ],
      handler: balance,
    },
    {
      name: 'getbalances',
      help: 'What the wallet has, by what can be done with it.',
      params: [],
      handler: (_args: RpcArguments, wallet: NodeWallet) => balances(wallet),
    },
    {
      name: 'setwalletflag',
      help: 'Switches a flag of the wallet: avoid_reuse.',
      params: [param('flag', 'string', 'Its name.'), optional('value', 'bool', 'On or off.', { default: true })],
      handler: setFlag,
    },
  ].map(walletMethod(host))

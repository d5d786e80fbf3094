import { param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { addAccounts } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { asInteger } from './options.ts'
import { walletMethod } from './walletMethod.ts'

/** About three years. */
const MAX_UNLOCK_SECONDS = 100_000_000

function ensureEncrypted({ wallet }: NodeWallet, method: string): void {
  if (wallet.ring.isEncrypted) return
  throw new RpcError(
    RPC_ERROR.walletWrongEncryptionState,
    `Error: running with an unencrypted wallet, but ${method} was called.`,
  )
}

function ensureNoRescan({ rescan }: NodeWallet, what: string): void {
  if (!rescan.running) return
  throw walletError(
    `Error: the wallet is currently being used to rescan the blockchain for related transactions. Please call \`abortrescan\` before ${what}.`,
  )
}

const wrongPassphrase = (text: string, hasNull: boolean, advice: string): RpcError =>
  new RpcError(
    RPC_ERROR.walletPassphraseIncorrect,
    hasNull ? `${text} ${advice}` : 'Error: The wallet passphrase entered was incorrect.',
  )

const NULL_ADVICE =
  'It contains a null character (ie - a zero byte). If the passphrase was set with a version of this software prior to 25.0, please try again with only the characters up to — but not including — the first null character.'

function unlock(args: RpcArguments, owner: NodeWallet): null {
  ensureEncrypted(owner, 'walletpassphrase')
  const passphrase = args.string('passphrase')
  const seconds = asInteger(args.value('timeout') ?? null)
  if (seconds < 0) throw invalidParameter('Timeout cannot be negative.')
  if (passphrase === '') throw invalidParameter('passphrase cannot be empty')
  if (!owner.unlock(passphrase, Math.min(seconds, MAX_UNLOCK_SECONDS))) {
    throw wrongPassphrase(
      'Error: The wallet passphrase entered is incorrect.',
      passphrase.includes('\0'),
      `${NULL_ADVICE} If this is successful, please set a new passphrase to avoid this issue in the future.`,
    )
  }
  owner.wallet.book.topUp()
  return null
}

function lock(owner: NodeWallet): null {
  ensureEncrypted(owner, 'walletlock')
  ensureNoRescan(owner, 'locking the wallet')
  owner.lock()
  return null
}

function changePassphrase(args: RpcArguments, owner: NodeWallet): null {
  ensureEncrypted(owner, 'walletpassphrasechange')
  ensureNoRescan(owner, 'changing the passphrase')
  const [old, passphrase] = [args.string('oldpassphrase'), args.string('newpassphrase')]
  if (old === '' || passphrase === '') throw invalidParameter('passphrase cannot be empty')
  const options = { entropy: owner.node.entropy, cost: owner.options.scryptCost }
  if (!owner.wallet.ring.changePassphrase(old, passphrase, options).ok) {
    throw wrongPassphrase('Error: The old wallet passphrase entered is incorrect.', old.includes('\0'), NULL_ADVICE)
  }
  owner.wallet.touch()
  return null
}

async function encrypt(args: RpcArguments, owner: NodeWallet): Promise<string> {
  const { wallet, node, options } = owner
  if (wallet.flags.disablePrivateKeys) {
    throw new RpcError(
      RPC_ERROR.walletEncryptionFailed,
      'Error: wallet does not contain private keys, nothing to encrypt.',
    )
  }
  if (wallet.ring.isEncrypted) {
    throw new RpcError(
      RPC_ERROR.walletWrongEncryptionState,
      'Error: running with an encrypted wallet, but encryptwallet was called.',
    )
  }
  ensureNoRescan(owner, 'encrypting the wallet')
  const passphrase = args.string('passphrase')
  if (passphrase === '') throw invalidParameter('passphrase cannot be empty')
  wallet.ring.encrypt(passphrase, { entropy: node.entropy, cost: options.scryptCost })
  // What was on disk in the clear may still be found there: from now on others are given out.
  if (!wallet.flags.blank) addAccounts(wallet, node.entropy)
  wallet.touch()
  owner.lock()
  await owner.rewrite()
  return 'wallet encrypted; The keypool has been flushed and a new HD seed was generated. You need to make a new backup with the backupwallet RPC.'
}

/** Sealing a wallet's keys under a passphrase. */
export const encryptionMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'encryptwallet',
      help: 'Seals the keys of the wallet under a passphrase.',
      params: [param('passphrase', 'string', 'The passphrase.')],
      handler: encrypt,
    },
    {
      name: 'walletpassphrase',
      help: 'Lets the keys be used for a while.',
      params: [param('passphrase', 'string', 'The passphrase.'), param('timeout', 'number', 'Seconds.')],
      handler: unlock,
    },
    {
      name: 'walletlock',
      help: 'Lets the keys be used no more.',
      params: [],
      handler: (_args: RpcArguments, owner: NodeWallet) => lock(owner),
    },
    {
      name: 'walletpassphrasechange',
      help: 'Seals the keys under another passphrase.',
      params: [
        param('oldpassphrase', 'string', 'The passphrase.'),
        param('newpassphrase', 'string', 'The one from now on.'),
      ],
      handler: changePassphrase,
    },
  ].map(walletMethod(host))

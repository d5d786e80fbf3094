import { privateKeys, signLegacyMessage } from '@ply/wallet'
import { param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { isP2pkh } from '@ply/script'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidAddress } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { readAddress } from './transactionArguments.ts'
import { ensureUnlocked, walletMethod } from './walletMethod.ts'

function signMessage(args: RpcArguments, owner: NodeWallet): string {
  ensureUnlocked(owner)
  const { wallet } = owner
  const script = readAddress(args.string('address'), wallet.network, 'Invalid address')
  if (!isP2pkh(script)) throw new RpcError(RPC_ERROR.type, 'Address does not refer to key')
  const [secretKey] = privateKeys(wallet, script)
  const signature = secretKey && signLegacyMessage(secretKey, args.string('message'))
  if (signature === undefined) throw invalidAddress('Private key not available')
  return signature
}

/** Signing messages for addresses. */
export const messageMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'signmessage',
      help: 'Signs a message with the key of an address.',
      params: [param('address', 'string', 'A P2PKH address.'), param('message', 'string', 'The message.')],
      handler: signMessage,
    },
  ].map(walletMethod(host))

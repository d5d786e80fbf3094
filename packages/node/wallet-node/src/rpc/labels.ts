import { encodeAddress } from '@ply/primitives'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { AddressPurpose } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { readAddress } from './transactionArguments.ts'
import { readLabel, walletMethod } from './walletMethod.ts'

function setLabel(args: RpcArguments, { wallet }: NodeWallet): null {
  const script = readAddress(args.string('address'), wallet.network, 'Invalid Bitcoin address')
  const label = readLabel(args, 'label')
  wallet.labels.set(encodeAddress(script, wallet.network)!, label, wallet.isMine(script) ? 'receive' : 'send')
  return null
}

function addressesByLabel(args: RpcArguments, { wallet }: NodeWallet): JsonOutput {
  const label = readLabel(args, 'label')
  const addresses = wallet.labels.addresses(label)
  if (addresses.length === 0) {
    throw new RpcError(RPC_ERROR.walletInvalidLabelName, `No addresses with label ${label}`)
  }
  return Object.fromEntries(addresses.map((address) => [address, { purpose: wallet.labels.get(address)!.purpose }]))
}

const PURPOSES: readonly AddressPurpose[] = ['receive', 'send', 'refund']

function listLabels(args: RpcArguments, { wallet }: NodeWallet): JsonOutput {
  const text = args.string('purpose', '')
  const purpose = PURPOSES.find((each) => each === text)
  if (text !== '' && !purpose) {
    throw invalidParameter(
      "Invalid 'purpose' argument, must be a known purpose string, typically 'send', or 'receive'.",
    )
  }
  return wallet.labels.labels(purpose)
}

/** Names of addresses. */
export const labelMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'setlabel',
      help: 'Names an address.',
      params: [param('address', 'string', 'The address.'), param('label', 'string', 'Its name.')],
      handler: setLabel,
    },
    {
      name: 'getaddressesbylabel',
      help: 'The addresses of a name.',
      params: [param('label', 'string', 'The name.')],
      handler: addressesByLabel,
    },
    {
      name: 'listlabels',
      help: 'Every name.',
      params: [optional('purpose', 'string', 'Only of addresses to send to, or to receive on.')],
      handler: listLabels,
    },
  ].map(walletMethod(host))

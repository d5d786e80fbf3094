import { bytesToHex } from '@ply/bytes'
import { encodeAddress } from '@ply/primitives'
import { optional, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { isOutputType, OUTPUT_TYPES, type OutputType } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidAddress, invalidParameter, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { ensureUnlocked, readLabel, walletMethod } from './walletMethod.ts'

/** An address type by its name; error -5. */
export function readOutputType(text: string, what = 'address'): OutputType {
  if (!isOutputType(text)) throw invalidAddress(`Unknown ${what} type '${text}'`)
  return text
}

const hasAddresses = ({ wallet }: NodeWallet, internal: boolean): boolean =>
  OUTPUT_TYPES.some((type) => wallet.book.activeFor(type, internal) !== undefined)

/** The next address of a kind, given out now; error -12. */
export function takeAddress({ wallet }: NodeWallet, type: OutputType, internal: boolean): string {
  const active = wallet.book.activeFor(type, internal)
  if (!active) throw new RpcError(RPC_ERROR.walletKeypoolRanOut, `Error: No ${type} addresses available.`)
  const taken = wallet.book.takeNext(active.id)
  if (!taken.ok) {
    const text = wallet.ring.has(active.id)
      ? 'Keypool ran out, please call keypoolrefill first'
      : 'No addresses available'
    throw new RpcError(RPC_ERROR.walletKeypoolRanOut, `Error: ${text}`)
  }
  const address = encodeAddress(taken.value.scriptPubKey, wallet.network)
  if (address === undefined) throw walletError(`Error: ${bytesToHex(taken.value.scriptPubKey)} has no address`)
  return address
}

function newAddress(args: RpcArguments, owner: NodeWallet): string {
  if (!hasAddresses(owner, false)) throw walletError('Error: This wallet has no available keys')
  const label = readLabel(args, 'label')
  const type = args.has('address_type') ? readOutputType(args.string('address_type')) : owner.options.addressType
  const address = takeAddress(owner, type, false)
  owner.wallet.labels.set(address, label, 'receive')
  return address
}

function changeAddress(args: RpcArguments, owner: NodeWallet): string {
  if (!hasAddresses(owner, true)) throw walletError('Error: This wallet has no available keys')
  const usual = owner.options.changeType ?? owner.options.addressType
  return takeAddress(owner, args.has('address_type') ? readOutputType(args.string('address_type')) : usual, true)
}

function refill(args: RpcArguments, owner: NodeWallet): null {
  const size = args.integer('newsize')
  if (size < 0) throw invalidParameter('Invalid parameter, expected valid size.')
  ensureUnlocked(owner)
  const { book } = owner.wallet
  book.topUp(size > 0 ? size : owner.options.keypool)
  if (book.keypoolSize(false) + book.keypoolSize(true) < size) throw walletError('Error refreshing keypool.')
  return null
}

/** Giving out addresses. */
export const addressMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'getnewaddress',
      help: 'An address to be paid on that nobody was given.',
      params: [
        optional('label', 'string', 'A name for it.'),
        optional('address_type', 'string', 'legacy, p2sh-segwit, bech32 or bech32m.'),
      ],
      handler: newAddress,
    },
    {
      name: 'getrawchangeaddress',
      help: 'An address for change.',
      params: [optional('address_type', 'string', 'legacy, p2sh-segwit, bech32 or bech32m.')],
      handler: changeAddress,
    },
    {
      name: 'keypoolrefill',
      help: 'Watches more addresses ahead.',
      params: [optional('newsize', 'number', 'How many.', { default: 0 })],
      handler: refill,
    },
  ].map(walletMethod(host))

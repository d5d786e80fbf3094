import { bytesToHex } from '@ply/bytes'
import { readSighashType } from '@ply/layer1-node'
import { encodeTransaction } from '@ply/primitives'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { decodeBase64, decodePsbt, encodeBase64, encodePsbt, finalTransaction, type Psbt } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { fill, fillAndSign } from '../signing.ts'
import type { WalletHost } from '../walletHost.ts'
import { ensureUnlocked, walletMethod } from './walletMethod.ts'

function readPsbt(text: string): Psbt {
  const bytes = decodeBase64(text)
  if (!bytes.ok) throw new RpcError(RPC_ERROR.deserialization, 'TX decode failed invalid base64')
  const psbt = decodePsbt(bytes.value)
  if (!psbt.ok) throw new RpcError(RPC_ERROR.deserialization, `TX decode failed ${psbt.error.message}`)
  return psbt.value
}

async function processPsbt(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const psbt = readPsbt(args.string('psbt'))
  const sighashType = args.has('sighashtype') ? readSighashType(args.string('sighashtype')) : undefined
  const sign = args.boolean('sign')
  if (sign) ensureUnlocked(owner)
  const options = { sighashType, finalize: args.boolean('finalize'), bip32Derivs: args.boolean('bip32derivs') }
  const filled = sign ? await fillAndSign(owner, psbt, options) : fill(owner, psbt, { ...options, sign })
  return {
    psbt: encodeBase64(encodePsbt(filled.psbt)),
    complete: filled.complete,
    hex: filled.complete ? bytesToHex(encodeTransaction(finalTransaction(filled.psbt))) : undefined,
  }
}

/** The wallet's part in a transaction that several sign. */
export const psbtMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'walletprocesspsbt',
      help: 'Adds to a PSBT what the wallet knows, and signs it.',
      params: [
        param('psbt', 'string', 'The PSBT in base64.'),
        optional('sign', 'bool', 'Also sign.', { default: true }),
        optional('sighashtype', 'string', 'DEFAULT, ALL, NONE, SINGLE, with |ANYONECANPAY.'),
        optional('bip32derivs', 'bool', 'Name the keys of the wallet.', { default: true }),
        optional('finalize', 'bool', 'Finalize what is complete.', { default: true }),
      ],
      handler: processPsbt,
    },
  ].map(walletMethod(host))

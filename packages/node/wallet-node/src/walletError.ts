import { RPC_ERROR, RpcError } from '@ply/rpc'

export const walletError = (message: string): RpcError => new RpcError(RPC_ERROR.wallet, message)
export const invalidParameter = (message: string): RpcError => new RpcError(RPC_ERROR.invalidParameter, message)
export const invalidAddress = (message: string): RpcError => new RpcError(RPC_ERROR.invalidAddressOrKey, message)
export const miscError = (message: string): RpcError => new RpcError(RPC_ERROR.misc, message)

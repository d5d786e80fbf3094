export {
  btcAmount,
  isJsonNumber,
  isJsonObject,
  jsonTypeName,
  JsonText,
  RawNumber,
  type Json,
  type JsonObject,
  type JsonOutput,
} from './json/value.ts'
export { expectArray, expectBoolean, expectInteger, expectObject, expectString } from './json/expect.ts'
export { parseJson, repeatedMember } from './json/parse.ts'
export { stringifyJson } from './json/stringify.ts'
export { JsonWriter } from './json/jsonWriter.ts'
export { joinMembers } from './json/joinMembers.ts'
export { parseBtcAmount, parseFixedPoint } from './json/amount.ts'
export { formatDouble } from './json/formatDouble.ts'
export { RPC_ERROR, RpcError, UsageError } from './rpcError.ts'
export { describeMethods, type MethodDescriptions } from './method/describeMethods.ts'
export {
  type DescribedMethod,
  errorCase,
  optional,
  param,
  type ParamType,
  type RpcContext,
  type RpcErrorCase,
  type RpcMethod,
  type RpcParam,
} from './method/method.ts'
export * as schema from './schema/schema.ts'
export type { Members, Schema } from './schema/schema.ts'
export { callDescribed } from './method/callDescribed.ts'
export { parseHash, parseHexBytes, RpcArguments } from './method/arguments.ts'
export { HIDDEN_GROUP } from './method/help.ts'
export { createRpcTable, type ActiveCall, type RpcTable } from './method/table.ts'
export { basicAuthorization, readCookie, removeCookie, writeCookie, type Credentials } from './credentials.ts'
export type { OpenReply, OpenRoute } from './server/openRoute.ts'
export { startRpcServer, type RpcServer } from './server/server.ts'
export type { Endpoint, RpcServerOptions } from './server/options.ts'
export { parseRpcAuth, type RpcUser } from './server/authorization.ts'
export { parseAllowedAddresses, type AddressFilter } from './server/allowedAddresses.ts'
export { parseWhitelist, type Whitelist } from './server/whitelist.ts'
export {
  createRpcClient,
  RpcConnectionError,
  type BatchReply,
  type RpcCall,
  type RpcClient,
  type RpcClientOptions,
} from './client/client.ts'
export { createTypedClient, type Amount, type MethodType, type TypedRpcClient } from './client/typedClient.ts'
export type { Layer1Rpc, LightningRpc } from './client/generated/methods.ts'

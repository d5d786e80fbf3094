import { isJsonObject, type Json, type JsonOutput } from '@ply/rpc'

/** What a node answered to one call. */
export type Answer =
  { readonly ok: true; readonly result: Json } | { readonly ok: false; readonly code: number; readonly message: string }

/** One of the two nodes that are compared, asked by the same names and words. */
export interface Side {
  readonly name: string
  call(method: string, params?: readonly JsonOutput[]): Promise<Answer>
  stop(): Promise<void>
}

/** How both nodes are set up. */
export interface Setup {
  readonly name: string
  readonly requireStandard: boolean
  /** Heights that differ from regtest's own, by Bitcoin Core's names for the deployments. */
  readonly activation: Readonly<Partial<Record<'segwit' | 'bip34' | 'dersig' | 'cltv' | 'csv', number>>>
  /** What an operator may set, by Bitcoin Core's names (amounts in satoshi). */
  readonly policy: Readonly<Partial<Record<PolicyName, number>>>
  readonly bip94?: boolean
  /** Seconds since the Unix epoch. */
  readonly now: number
}

export type PolicyName =
  | 'datacarriersize'
  | 'permitbaremultisig'
  | 'minrelaytxfee'
  | 'incrementalrelayfee'
  | 'dustrelayfee'
  | 'limitclustercount'
  | 'limitclustersize'

/** JSON with the names in order, so that equal values are equal texts. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`
  if (!isJsonObject(value)) return typeof value === 'object' ? JSON.stringify(value) : JSON.stringify(value)
  const fields = Object.entries(value as Readonly<Record<string, Json>>)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
}

export const describe = (answer: Answer): string =>
  answer.ok ? canonical(answer.result) : `error ${answer.code}: ${answer.message}`

import { assert } from '@ply/bytes'
import type { Json, JsonOutput } from '../json/value.ts'
import { RPC_ERROR, RpcError, UsageError } from '../rpcError.ts'
import { bindArguments } from './bindArguments.ts'
import { createOpenRpc } from '../schema/openRpc.ts'
import { anything, cases, list, text } from '../schema/schema.ts'
import { listArgumentConversions } from './argumentConversions.ts'
import { checkResult } from './checkResult.ts'
import { formatHelpIndex, formatMethodHelp, HIDDEN_GROUP } from './help.ts'
import { type DescribedMethod, optional, type RpcContext } from './method.ts'

const DOCUMENT_INFO = { title: 'Ply', version: '0.1.0' }

/** A call that is being answered. */
export interface ActiveCall {
  readonly method: string
  /** Reading of `performance.now` when it began. */
  readonly since: number
}

/** The methods that one path answers to, `help` among them. */
export interface RpcTable {
  readonly methods: ReadonlyMap<string, DescribedMethod>
  call(name: string, params: Json, context: RpcContext): Promise<JsonOutput>
  /** As `call`, but at once where the method needs not wait for anything: then it throws at once, too. */
  callNow(name: string, params: Json, context: RpcContext): JsonOutput | Promise<JsonOutput>
  /** Calls that came and have no answer yet, in their order. */
  active(): ActiveCall[]
}

export interface TableOptions {
  /** Groups that `help` does not show in its list. */
  readonly unlisted?: readonly string[]
  /** Groups that bitcoind has not: where it is stood in for, nobody is shown them. */
  readonly own?: readonly string[]
  /** Hold every answer against its description: one that is not as it says is an error (`-rpcdoccheck`). */
  readonly checkResults?: boolean
}

export function createRpcTable(
  described: readonly DescribedMethod[],
  { unlisted = [], own = [], checkResults = false }: TableOptions = {},
): RpcTable {
  const methods = new Map<string, DescribedMethod>()
  const help: DescribedMethod = {
    name: 'help',
    group: 'Control',
    help: 'List all commands, or get help for one.',
    params: [optional('command', 'string', 'The command to explain.')],
    result: cases({ 'a text': text(), dump_all_command_conversions: list(list(anything())) }),
    errors: [],
    handler: (args) => {
      const command = args.string('command', '')
      if (command === '') return formatHelpIndex(methods.values(), [...unlisted, ...own])
      if (command === 'dump_all_command_conversions')
        return listArgumentConversions([...methods.values()].filter(({ group }) => !own.includes(group)))
      const method = methods.get(command)
      return method ? formatMethodHelp(method) : `help: unknown command: ${command}`
    },
  }
  const discover: DescribedMethod = {
    name: 'rpc.discover',
    group: HIDDEN_GROUP,
    help: 'All methods as an OpenRPC document.',
    params: [],
    result: anything('See https://spec.open-rpc.org.'),
    errors: [],
    handler: () => createOpenRpc(methods.values(), DOCUMENT_INFO),
  }
  for (const method of [...described, help, discover]) {
    assert(!methods.has(method.name), `two methods are called ${method.name}`)
    methods.set(method.name, method)
  }
  const active = new Set<ActiveCall>()
  const answerOf = (method: DescribedMethod, params: Json, context: RpcContext): JsonOutput | Promise<JsonOutput> => {
    const answer = method.handler(bindArguments(method, params), context)
    if (!checkResults) return answer
    return answer instanceof Promise ? answer.then((value) => checkResult(method, value)) : checkResult(method, answer)
  }
  const callNow: RpcTable['callNow'] = (name, params, context) => {
    const method = methods.get(name)
    if (!method) throw new RpcError(RPC_ERROR.methodNotFound, 'Method not found')
    const call = { method: name, since: performance.now() }
    const explain = (error: unknown): never => {
      throw error instanceof UsageError ? new RpcError(RPC_ERROR.misc, formatMethodHelp(method)) : error
    }
    active.add(call)
    let answer: JsonOutput | Promise<JsonOutput> = null
    try {
      answer = answerOf(method, params, context)
      return answer instanceof Promise ? answer.catch(explain).finally(() => active.delete(call)) : answer
    } catch (error) {
      return explain(error)
    } finally {
      if (!(answer instanceof Promise)) active.delete(call)
    }
  }
  return {
    methods,
    callNow,
    call: async (name, params, context) => callNow(name, params, context),
    active: () => [...active],
  }
}

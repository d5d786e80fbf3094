import { type ActiveCall, HIDDEN_GROUP, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import type { LogCategories } from './logging.ts'

const group = 'Control'
/** Blocks carry their time in 32 bits. */
const MAX_BLOCK_TIME = 0xffff_ffff

/** What only the process that runs the node can do. */
export interface ProcessControl {
  /** Begins to stop; the answer to the call still goes out. */
  stop(): void
  /** Calls that are being answered, this one among them. */
  activeCalls?(): readonly ActiveCall[]
  /** What the log says more of. */
  readonly logCategories?: LogCategories
  /** Where the log is written. */
  readonly logPath?: string | undefined
}

export function controlMethods(node: Layer1Node, control: ProcessControl): RpcMethod[] {
  return [
    {
      name: 'stop',
      group,
      help: 'Stops the node.',
      params: [optional('wait', 'number', 'Milliseconds to wait first.', { default: 0, form: '' })],
      handler: async (args) => {
        const wait = args.integerWithin('wait', [0, 60_000])
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        control.stop()
        return 'Ply stopping'
      },
    },
    {
      name: 'getrpcinfo',
      group,
      help: 'The RPC server: which calls are being answered, since how many microseconds.',
      params: [],
      handler: () => ({
        active_commands: (control.activeCalls?.() ?? []).map(({ method, since }) => ({
          method,
          duration: Math.floor((performance.now() - since) * 1000),
        })),
        logpath: control.logPath ?? '',
      }),
    },
    {
      name: 'uptime',
      group,
      help: 'Seconds since the node started.',
      params: [],
      handler: () => Math.floor((performance.now() - node.startedAt) / 1000),
    },
    {
      name: 'setmocktime',
      group: 'Development',
      help: 'Holds the clock at a time; 0 lets it run again.',
      params: [param('timestamp', 'number', 'Seconds since the Unix epoch.')],
      handler: (args) => {
        const time = args.integerWithin('timestamp', [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])
        if (time < 0 || time > MAX_BLOCK_TIME) {
          const message = `Mocktime must be in the range [0, ${MAX_BLOCK_TIME}], not ${time}.`
          throw new RpcError(RPC_ERROR.invalidParameter, message)
        }
        if (node.network.name !== 'regtest' || !node.clock.setMockTime) {
          throw new RpcError(RPC_ERROR.misc, 'setmocktime is for regression testing (-regtest mode) only')
        }
        node.clock.setMockTime(time === 0 ? undefined : time * 1000)
        return null
      },
    },
    {
      name: 'mockscheduler',
      group: HIDDEN_GROUP,
      help: 'Lets everything that is scheduled happen earlier (regtest only).',
      params: [param('delta_time', 'number', 'Seconds.')],
      handler: (args) => {
        if (node.network.name !== 'regtest' || !node.clock.advanceSchedule) {
          throw new RpcError(RPC_ERROR.misc, 'mockscheduler is for regression testing (-regtest mode) only')
        }
        const seconds = args.integer('delta_time')
        if (seconds <= 0 || seconds > 3600) {
          throw new RpcError(RPC_ERROR.misc, 'delta_time must be between 1 and 3600 seconds (1 hr)')
        }
        node.clock.advanceSchedule(seconds * 1000)
        return null
      },
    },
    {
      name: 'syncwithvalidationinterfacequeue',
      group: 'Development',
      help: 'Waits until everything asked for so far is done.',
      params: [],
      handler: async () => {
        await node.chain.exclusive(() => Promise.resolve())
        return null
      },
    },
  ]
}

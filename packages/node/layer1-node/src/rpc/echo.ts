import { HIDDEN_GROUP, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'

/** Whoever wants to see how a bug of the node is told of says so in the last argument. */
const BUG = 'trigger_internal_bug'

/** Methods that give back what they get, for clients to try themselves on. */
export function echoMethods(): RpcMethod[] {
  return [
    ...['echo', 'echojson'].map((name): RpcMethod => ({
      name,
      group: HIDDEN_GROUP,
      help: `Gives back its arguments. With "${BUG}" for the last one it fails as if it had a bug.`,
      params: Array.from({ length: 10 }, (_, i) => ({
        ...optional(`arg${i}`, 'any', 'Anything.', { form: `"arg${i}"` }),
        asText: true,
      })),
      handler: (args) => {
        if (args.value('arg9') === BUG) {
          const words = `Internal bug detected: request.params[9].get_str() != "${BUG}"`
          throw new RpcError(RPC_ERROR.misc, words)
        }
        return Array.from({ length: args.count }, (_, i) => args.value(`arg${i}`) ?? null)
      },
    })),
    {
      name: 'echoipc',
      group: HIDDEN_GROUP,
      help: 'Gives back its argument. There are no other processes that it could go through.',
      params: [param('arg', 'string', 'Any text.')],
      handler: (args) => args.string('arg'),
    },
  ]
}

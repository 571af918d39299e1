import type { Market } from '../../numbers/market.ts'
import type { AskAgain } from '../../porting/watch.job.ts'
import type { PxsProfile } from './profile.ts'
import { encodePxs } from './pxs.codec.ts'

/** Asks PortingXS by `sync_request`: what was delivered since comes again under the msgids that it had. */
export function pxsAskAgain({ market, profile }: { readonly market: Market; readonly profile: PxsProfile }): AskAgain {
  return (since, { msgid, at }) => ({
    msgid,
    msgtype: 'SyncRequest',
    contentType: profile.contentType,
    body: encodePxs(
      {
        msgid,
        at,
        sender: { operator: market.operator },
        receiver: { operator: profile.clearinghouse },
        body: { kind: 'sync_request', from: since },
      },
      profile,
    ),
  })
}

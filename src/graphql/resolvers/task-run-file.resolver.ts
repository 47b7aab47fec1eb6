import { Arg, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TaskRunFileRecord } from '../../task-runs/record/records.js';
import type { GatewayContext } from '../context.js';
import { TaskRunFile } from '../types/task-run-file.type.js';

type Link = string | Promise<string>;

type Links = Map<TaskRunFileRecord, Link>;

/**
 * Signed once for a file, however many names it is asked by; for each request anew, as a link says whom it is for, and
 * requests that are read together share their records.
 */
const linksOfRequest = new WeakMap<GatewayContext, { readonly inline: Links; readonly attached: Links }>();

@Resolver(() => TaskRunFile)
export class TaskRunFileResolver {
  @FieldResolver(() => String, {
    description: 'An absolute, signed URL of the bytes. It needs no token and expires, after 15 minutes by default.',
  })
  @Directive('@tag(name: "payload")')
  downloadUrl(
    @Root() file: TaskRunFileRecord,
    @Ctx() context: GatewayContext,
    @Arg('inline', () => Boolean, {
      defaultValue: false,
      description: 'Whether a browser should show the file rather than save it.',
    })
    inline: boolean,
  ): Link {
    const links = linksOfRequest.get(context) ?? { inline: new Map(), attached: new Map() };
    linksOfRequest.set(context, links);
    const known = inline ? links.inline : links.attached;
    const link = known.get(file) ?? context.fileLinks.linkTo(file, { inline, subject: context.caller.subject });
    known.set(file, link);
    return link;
  }
}

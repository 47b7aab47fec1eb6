import { Arg, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TaskRunFileRecord } from '../../task-runs/columns/records.js';
import type { GatewayContext } from '../context.js';
import { TaskRunFile } from '../types/run.js';

type Link = string | Promise<string>;

/**
 * Links are signed once per file, regardless of the number of aliases. A record belongs to a single request, and
 * therefore to a single caller.
 */
const links: Readonly<Record<'inline' | 'attached', WeakMap<TaskRunFileRecord, Link>>> = {
  inline: new WeakMap(),
  attached: new WeakMap(),
};

@Resolver(() => TaskRunFile)
export class TaskRunFileResolver {
  @FieldResolver(() => String, {
    description: 'An absolute, signed URL of the bytes. It requires no token and expires after 15 minutes by default.',
  })
  @Directive('@tag(name: "payload")')
  downloadUrl(
    @Root() file: TaskRunFileRecord,
    @Ctx() context: GatewayContext,
    @Arg('inline', () => Boolean, {
      defaultValue: false,
      description: 'Whether a browser should display the file instead of saving it.',
    })
    inline: boolean,
  ): Link {
    const known = inline ? links.inline : links.attached;
    const link = known.get(file) ?? context.links.fileLinks.linkTo(file, { inline, subject: context.caller.subject });
    known.set(file, link);
    return link;
  }
}

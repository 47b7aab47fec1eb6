import type { FastifyReply } from 'fastify';

/** Sends a page as the response. */
export type SendPage = (reply: FastifyReply) => Promise<FastifyReply>;

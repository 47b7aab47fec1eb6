/** The seed of generated data; `SEED=…` sets another. */
export const seed = Number(process.env.SEED ?? 20261125);

/** How much is generated: little, or with THOROUGH=1, as `npm run test:thorough` sets it, all. */
export const amount = (defaultAmount: number, all: number) => (process.env.THOROUGH ? all : defaultAmount);

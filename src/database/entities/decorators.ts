// Exports only TypeORM's decorators. Code that just reads an entity's columns should not load all of TypeORM, which
// takes most of a second.

import 'reflect-metadata';

export { Check } from 'typeorm/decorator/Check.js';
export { Column } from 'typeorm/decorator/columns/Column.js';
export { PrimaryColumn } from 'typeorm/decorator/columns/PrimaryColumn.js';
export { Entity } from 'typeorm/decorator/entity/Entity.js';
export { Index } from 'typeorm/decorator/Index.js';
export { JoinColumn } from 'typeorm/decorator/relations/JoinColumn.js';
export { ManyToOne } from 'typeorm/decorator/relations/ManyToOne.js';
export { Unique } from 'typeorm/decorator/Unique.js';
export { getMetadataArgsStorage } from 'typeorm/globals.js';

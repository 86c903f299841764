CREATE TABLE `forecasts` (
	`scene` text NOT NULL,
	`started_at` integer NOT NULL,
	`posts` integer NOT NULL,
	`nano_usd` integer,
	`tokens` integer NOT NULL,
	`real_calls` integer DEFAULT 0 NOT NULL,
	`real_nano_usd` integer DEFAULT 0 NOT NULL,
	`real_tokens` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`scene`, `started_at`)
);
--> statement-breakpoint
CREATE TABLE `part_spends` (
	`part` text NOT NULL,
	`day` integer NOT NULL,
	`nano_usd` integer NOT NULL,
	`unpriced_tokens` integer NOT NULL,
	`through_call` integer NOT NULL,
	PRIMARY KEY(`part`, `day`)
);
--> statement-breakpoint
CREATE TABLE `usage` (
	`day` integer NOT NULL,
	`channel` text NOT NULL,
	`workspace` text NOT NULL,
	`persona` text NOT NULL,
	`model` text NOT NULL,
	`calls` integer NOT NULL,
	`tokens_in` integer NOT NULL,
	`tokens_out` integer NOT NULL,
	`nano_usd` integer NOT NULL,
	`unpriced_tokens` integer NOT NULL,
	PRIMARY KEY(`day`, `channel`, `workspace`, `persona`, `model`)
);
--> statement-breakpoint
ALTER TABLE `calls` ADD `at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `calls` ADD `persona` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `calls` ADD `channel` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `calls` ADD `parent` text;--> statement-breakpoint
ALTER TABLE `calls` ADD `workspace` text;--> statement-breakpoint
ALTER TABLE `calls` ADD `scene` text;--> statement-breakpoint
ALTER TABLE `calls` ADD `most_nano_usd` integer;--> statement-breakpoint
ALTER TABLE `calls` ADD `most_tokens` integer DEFAULT 0 NOT NULL;
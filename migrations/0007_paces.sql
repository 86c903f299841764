CREATE TABLE `paces` (
	`bucket` text PRIMARY KEY NOT NULL,
	`taken` text NOT NULL,
	`counts_until` integer NOT NULL
);

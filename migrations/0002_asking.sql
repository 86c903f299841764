ALTER TABLE `messages` ADD `asks` text;--> statement-breakpoint
ALTER TABLE `posts` ADD `landed` text;
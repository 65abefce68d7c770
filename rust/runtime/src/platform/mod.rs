//! What depends on processor and operating system, one file for each pair.

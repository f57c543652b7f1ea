#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lanside_fuzz::definitions(input));

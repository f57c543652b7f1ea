//! The answer to a PKCS5 login challenge (DeviceProtection:1, section 5).
